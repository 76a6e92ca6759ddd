import { pascalCase } from "../names/identifiers.js";
import { isObject, type JsonSchema } from "../schema.js";
import { type Definition, definitionsOf, withoutMessages } from "./definitions.js";
import type { Format, FormatInput, FoundMethod, Reading } from "./format.js";
import { follow, refusePart, textOf } from "./local.js";
import { type Arm, armLists, armsOf, unionsIn } from "./message-arms.js";
import { findResult } from "./message-results.js";
import { at, Places } from "./places.js";

/**
 * Unions of the messages that each side sends, told apart by a constant `method`: the schemas of the
 * Model Context Protocol and of the Codex app-server. A result is found by its name.
 */
export const messageUnions: Format = {
  name: "message-unions",
  looks:
    "unions ClientRequest, ServerRequest, ClientNotification or ServerNotification of messages with a constant `method`",
  recognises: (json) =>
    unionsIn(json, {}).some(({ name, pointer, schema }) =>
      armsOf(json, { value: schema, pointer }, name).some(({ wires }) => wires.length > 0),
    ),
  read: (input) => new UnionReader(input).read(),
};

class UnionReader {
  readonly #input: FormatInput;
  readonly #definitions: readonly Definition[];
  readonly #places = new Places();
  /** Params that stood in their message. */
  readonly #added: Record<string, unknown> = {};

  constructor(input: FormatInput) {
    this.#input = input;
    this.#definitions = definitionsOf(input.json);
  }

  read(): Reading {
    const { json, hints } = this.#input;
    const unions = unionsIn(json, hints);
    const messages = unions.flatMap(({ name, side, schema, pointer }) =>
      armsOf(json, { value: schema, pointer }, name).map((arm) => {
        this.#check(arm, name);
        return { arm, side, isRequest: isRequest(name, arm), params: this.#params(arm) };
      }),
    );
    const uses = messages.map(({ params }) => params.ref);
    const methods = messages.flatMap(({ arm, side, isRequest, params }) => {
      const isOwn = uses.indexOf(params.ref) === uses.lastIndexOf(params.ref);
      return arm.wires.map((wire): FoundMethod => {
        const paramsAt = isOwn ? params.ref : undefined;
        const result = isRequest ? findResult(this.#definitions, arm, wire, paramsAt) : undefined;
        return {
          ...foundMethod(arm, wire, params),
          side,
          kind: isRequest ? "request" : "notification",
          ...(result && {
            result: { $ref: `#${result}` },
            resultFrom: "convention",
            resultAt: result,
          }),
        };
      });
    });
    const envelopes = this.#definitions.filter(({ name }) => /^JSONRPC/.test(name));
    const all = [
      ...envelopes.map(({ schema }) => schema),
      ...messages.map(({ arm }) => arm.schema),
    ];
    const schema = withoutMessages(
      json,
      new Set([
        ...[...unions, ...envelopes].map(({ name }) => name),
        ...messages.flatMap(({ arm }) => definitionAt(arm.pointer) ?? []),
      ]),
    );
    return {
      schema: { ...schema, definitions: { ...(schema.definitions as object), ...this.#added } },
      methods,
      wire: { framing: "ndjson", jsonrpcField: all.some((one) => hasMember(one, "jsonrpc")) },
      places: this.#places,
      conventions: true,
    };
  }

  #check(arm: Arm, union: string): void {
    if (arm.wires.length > 0) return;
    const remedy = 'Give its member "method" a constant, or take it out of the union.';
    const message = `A message of ${union} has no constant method.`;
    refusePart(this.#input.file, arm.pointer, message, remedy);
  }

  #params(arm: Arm): Params {
    return readParams(arm, this.#input.json, this.#added, this.#places, this.#definitions);
  }
}

function foundMethod({ schema, pointer }: Arm, wire: string, params: Params) {
  return {
    wire,
    params: params.schema,
    paramsOptional: params.optional,
    more: {
      ...(textOf(schema, "description") && { description: schema.description }),
      ...(schema.deprecated === true && { deprecated: true }),
    },
    at: pointer,
    paramsAt: at(pointer, "properties", "params"),
  };
}

function isRequest(union: string, { schema }: Arm): boolean {
  if (union.includes("Request")) return true;
  return !union.includes("Notification") && hasMember(schema, "id");
}

function hasMember({ properties }: Record<string, unknown>, name: string): boolean {
  return isObject(properties) && Object.hasOwn(properties, name);
}

/** The name of the definition of the root that stands at a place. */
function definitionAt(pointer: string): string | undefined {
  return /^\/(?:definitions|\$defs)\/([^/]+)$/.exec(pointer)?.[1];
}

interface Params {
  readonly schema: unknown;
  readonly optional: boolean;
  /** Where the definition that they are stands. */
  readonly ref: string | undefined;
}

/** The params of a message; those that stand in it get a definition that is called after it. */
function readParams(
  arm: Arm,
  json: JsonSchema,
  added: Record<string, unknown>,
  places: Places,
  definitions: readonly Definition[],
): Params {
  const properties = arm.schema.properties as Record<string, unknown>;
  const required = Array.isArray(arm.schema.required) && arm.schema.required.includes("params");
  const { params } = properties;
  const given = isObject(params) ? withoutNull(params) : undefined;
  if (!given) return { schema: null, optional: true, ref: undefined };
  const schema = given.schema;
  const optional = !required || given.nullable;
  const ref = typeof schema.$ref === "string" ? follow(json, schema.$ref)?.pointer : undefined;
  if (schema.$ref !== undefined || !isObject(schema.properties)) return { schema, optional, ref };
  const name = `${pascalCase(arm.name)}Params`;
  if (definitions.some((other) => other.name === name)) return { schema, optional, ref };
  added[name] = schema;
  places.put(at("", "definitions", name), at(arm.pointer, "properties", "params"));
  return { schema: { $ref: `#${at("", "definitions", name)}` }, optional, ref };
}

/** What params may be besides null; undefined if nothing. */
function withoutNull(schema: Record<string, unknown>) {
  if (schema.type === "null") return undefined;
  const [list] = armLists(schema);
  if (!list) return { schema, nullable: false };
  const [keyword, arms] = list;
  const others = arms.filter((arm) => !(isObject(arm) && arm.type === "null"));
  if (others.length === arms.length) return { schema, nullable: false };
  const [only] = others;
  const alone = others.length === 1 && isObject(only) ? only : { ...schema, [keyword]: others };
  return { schema: alone, nullable: true };
}
