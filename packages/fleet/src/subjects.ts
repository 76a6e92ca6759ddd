/** The version of what clients and workers say to each other. */
export const LINK_VERSION = 1;

/** The default of the option `prefix`. */
export const PREFIX = "stubwright";

/** Subjects of a fleet. Those of a tenant begin alike, so that NATS accounts can be confined to them. */
export const subjects = {
  /** A client asks who has room; every worker of the fleet may answer. */
  offer: (prefix: string, tenant: string) => `${prefix}.app.${tenant}.offer`,
  /** A client asks one worker for a link. */
  open: (prefix: string, tenant: string, worker: string) =>
    `${prefix}.app.${tenant}.worker.${worker}.open`,
  /** From a client to its runtime. */
  up: (prefix: string, tenant: string, link: string) => `${prefix}.app.${tenant}.link.${link}.up`,
  /** From a runtime to its client. */
  down: (prefix: string, tenant: string, link: string) =>
    `${prefix}.app.${tenant}.link.${link}.down`,
};

/** What a client asks all workers. */
export interface OfferRequest {
  readonly version: number;
  /** The session that it is about, if it is about one. */
  readonly session?: string;
}

/** What a worker with room answers. */
export interface Offer {
  readonly worker: string;
  /** How full it is, from 0 to 1. */
  readonly load: number;
  /** Whether it holds the session that was asked for. */
  readonly holds: boolean;
}

/** What a client asks one worker. */
export interface OpenRequest {
  readonly version: number;
  readonly session?: string;
  /** The name of the link, chosen by the client, which listens already. */
  readonly link: string;
}

/** What the worker answers. */
export type OpenAnswer =
  | { readonly worker: string }
  | { readonly error: { readonly code: string; readonly message: string } };

const NAME = /^[\w-]{1,64}$/;

/** Whether a text can be a tenant, a worker or a link: a token of a subject. */
export function isName(text: unknown): text is string {
  return typeof text === "string" && NAME.test(text);
}
