import type { MethodDescriptor, UnionDescriptor } from "@stubwright/rpc";
import { maskSecrets } from "@stubwright/rpc/internal";
import type { Frame, Mark } from "./protocol.js";
import type { Protocol } from "./protocols.js";

/** A JSON-RPC message, as far as it is looked at. */
export interface WireMessage {
  readonly id?: string | number | null;
  readonly method?: string;
  readonly params?: Record<string, unknown> | null;
  readonly result?: unknown;
  readonly error?: unknown;
}

/** Members of params that name a session, for protocols that do not say which. */
const SESSIONS = ["sessionId", "threadId"];

/** Makes frames of messages: says what each is, and what of it the protocol does not have. */
export class FrameReader {
  readonly #protocol: Protocol;
  readonly #methods: ReadonlyMap<string, MethodDescriptor>;
  readonly #unions: ReadonlyMap<string, UnionDescriptor>;
  /** Requests that wait for their answer, by direction and id. */
  readonly #open = new Map<string, { method: string; at: number; session: string | undefined }>();

  constructor(protocol: Protocol) {
    this.#protocol = protocol;
    const { methods, unions } = protocol.descriptor;
    this.#methods = new Map(methods.map((method) => [method.method, method]));
    const carried = unions.flatMap((union) =>
      union.carrier ? [[union.carrier.method, union] as const] : [],
    );
    this.#unions = new Map(carried);
  }

  /** Reads one message. `at` is its time in milliseconds since 1970. */
  read(
    message: WireMessage,
    direction: Frame["direction"],
    bytes: number,
    at: number,
  ): Omit<Frame, "seq"> {
    const text = JSON.stringify(maskSecrets(message));
    const common = { at, direction, bytes, text } as const;
    const id =
      typeof message.id === "string" || typeof message.id === "number" ? message.id : undefined;
    if (message.method === undefined) {
      const key = `${direction === "in" ? "out" : "in"} ${id}`;
      const asked = this.#open.get(key);
      this.#open.delete(key);
      const marks = this.#answerMarks(message, asked?.method);
      return {
        ...common,
        kind: "response",
        method: asked?.method ?? "?",
        marks,
        ...(id !== undefined && { id }),
        ...(asked && { ms: at - asked.at }),
        ...(asked?.session !== undefined && { session: asked.session }),
      };
    }
    const { method, params } = message;
    const session = this.#sessionOf(method, params);
    if (id !== undefined) this.#open.set(`${direction} ${id}`, { method, at, session });
    const union = this.#unions.get(method);
    const payload = union?.carrier && params ? params[union.carrier.field] : undefined;
    const event = union && tagOf(payload, union.tagPath);
    return {
      ...common,
      kind: id !== undefined ? "request" : event === undefined ? "notification" : "event",
      method,
      marks: this.#callMarks(method, params, union, event, payload),
      ...(id !== undefined && { id }),
      ...(event !== undefined && { event }),
      ...(session !== undefined && { session }),
    };
  }

  #sessionOf(method: string, params: WireMessage["params"]): string | undefined {
    const { scope } = this.#methods.get(method) ?? {};
    const names = scope === undefined ? SESSIONS : [scope];
    const found = names.map((name) => params?.[name]).find((value) => typeof value === "string");
    return found as string | undefined;
  }

  #callMarks(
    method: string,
    params: WireMessage["params"],
    union: UnionDescriptor | undefined,
    event: string | undefined,
    payload: unknown,
  ): Mark[] {
    const known = this.#methods.get(method);
    if (!known && !union) return ["unknown"];
    if (event !== undefined && union) {
      const definition = Object.hasOwn(union.arms, event) ? union.arms[event] : undefined;
      if (definition === undefined) return ["unknown"];
      return this.#fits(definition, payload) ? [] : ["mismatch"];
    }
    if (known?.params === undefined) return [];
    const { [known.scope ?? ""]: _, ...rest } = params ?? {};
    return this.#fits(known.params, known.scope === undefined ? (params ?? {}) : rest)
      ? []
      : ["mismatch"];
  }

  #answerMarks({ error, result }: WireMessage, method: string | undefined): Mark[] {
    if (error != null) return ["error"];
    if (method === undefined) return ["unknown"];
    const definition = this.#methods.get(method)?.result;
    return definition === undefined || this.#fits(definition, result) ? [] : ["mismatch"];
  }

  #fits(definition: string, value: unknown): boolean {
    return this.#protocol.validators.get(definition, "open")(value) === undefined;
  }
}

function tagOf(payload: unknown, path: readonly string[]): string | undefined {
  const tag = path.reduce<unknown>(
    (value, name) => (value as Record<string, unknown> | null | undefined)?.[name],
    payload,
  );
  return typeof tag === "string" ? tag : undefined;
}
