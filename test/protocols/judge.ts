import type { ProtocolDescriptor, ValidationForm, ValidatorSource } from "@stubwright/rpc";
import type { RecordedMessage, WireMessage } from "@stubwright/testkit";
import type { Check, Published } from "./published.js";

/** What two judges say of all messages of a recording. */
export interface Judgement {
  /** How many params and results both have judged. */
  readonly judged: number;
  /** How many answers were errors, which the schemas do not describe. */
  readonly errors: number;
  /** Messages of methods that the schemas do not have, and results of such. */
  readonly unknown: readonly string[];
  /** What ajv refused, by the schema as it is published. */
  readonly ajv: readonly string[];
  /** What our checks refused: strict for what we sent, open for what arrived. */
  readonly ours: readonly string[];
}

/** A protocol and its two judges. */
export interface Judges {
  readonly protocol: ProtocolDescriptor;
  readonly validators: ValidatorSource;
  readonly published: Published;
}

/** Judges each message of a recording, both ways. */
export function judge(recording: readonly RecordedMessage[], judges: Judges): Judgement {
  const unknown: string[] = [];
  const ajv: string[] = [];
  const ours: string[] = [];
  const asked = { in: new Map<unknown, string>(), out: new Map<unknown, string>() };
  let judged = 0;
  let errors = 0;
  const note = (what: string, check: Check | undefined, own: Check | undefined, value: unknown) => {
    if (!check || !own) {
      unknown.push(what);
      return;
    }
    judged++;
    const [theirs, mine] = [check(value), own(value)];
    if (theirs !== undefined) ajv.push(`${what}: ${theirs}`);
    if (mine !== undefined) ours.push(`${what}: ${mine}`);
  };
  for (const { direction, message } of recording) {
    const form = direction === "out" ? "strict" : "open";
    if (message.method !== undefined) {
      const side = direction === "out" ? "server" : "client";
      if (message.id !== undefined) asked[direction].set(message.id, message.method);
      const check = judges.published.params(side, message.method);
      note(
        `${direction} ${message.method}`,
        check,
        ownParams(judges, side, message, form),
        message.params,
      );
      continue;
    }
    const method = asked[direction === "out" ? "in" : "out"].get(message.id) ?? "?";
    if (message.error !== undefined) {
      errors++;
      continue;
    }
    const side = direction === "out" ? "client" : "server";
    const result = find(judges, side, method)?.result;
    const check = result === undefined ? undefined : judges.published.definition(result);
    const own = result === undefined ? undefined : ownCheck(judges, result, form);
    note(`${direction} result of ${method}`, check, own, message.result);
  }
  return { judged, errors, unknown, ajv, ours };
}

function find({ protocol }: Judges, side: "server" | "client", wire: string) {
  return protocol.methods.find(
    ({ method, handler }) => method === wire && (handler === side || handler === "both"),
  );
}

function ownCheck({ validators }: Judges, definition: string, form: ValidationForm): Check {
  return (value) =>
    validators
      .get(
        definition,
        form,
      )(value)
      ?.map(({ pointer, expected, found }) => `${pointer} expected ${expected}, found ${found}`)
      .join("; ");
}

/** Our check of params: without the member that names the scope, which the stub adds. */
function ownParams(
  judges: Judges,
  side: "server" | "client",
  message: WireMessage,
  form: ValidationForm,
): Check | undefined {
  const method = find(judges, side, message.method ?? "");
  if (!method) return undefined;
  const { params, scope } = method;
  if (params === undefined) return () => undefined;
  const check = ownCheck(judges, params, form);
  return (value) => {
    const { [scope ?? ""]: _, ...rest } = (value ?? {}) as Record<string, unknown>;
    return check(rest);
  };
}
