import type { Method } from "../ir.js";
import type { JsonSchema } from "../schema.js";
import type { Cursor, Definitions } from "./cursor.js";
import type { Entry } from "./entries.js";
import type { DiffSide } from "./side.js";

/** What a method that takes nothing takes. */
const NO_PARAMS: JsonSchema = {
  type: "object",
  properties: {},
  additionalProperties: false,
};
/** What a method that answers with nothing answers. */
const NO_RESULT: JsonSchema = { type: "null" };

/** A method or callback, with the types of what it takes and gives. */
export interface MethodEntry extends Entry {
  readonly params: Cursor | null;
  readonly result: Cursor | null;
}

/** An event, with the type of its payload. */
export interface EventEntry extends Entry {
  readonly payload: Cursor;
}

/** The methods of a protocol. One that both sides answer is a method and a callback. */
export function readMethods(side: DiffSide, definitions: Definitions): MethodEntry[] {
  return side.protocol.methods.flatMap((method, index) => {
    const at = side.methodPlaces.get(method) ?? `${side.file}#/methods/${index}`;
    const subjects =
      method.handler === "both"
        ? (["method", "callback"] as const)
        : ([method.handler === "client" ? "callback" : "method"] as const);
    return subjects.map((subject) => readMethod(method, subject, at, definitions));
  });
}

function readMethod(
  method: Method,
  subject: "method" | "callback",
  at: string,
  definitions: Definitions,
): MethodEntry {
  const { wire: id, params, result, stability, visibility, deprecated, kind } = method;
  const home = [method.group, ...method.path].join(".");
  return {
    subject,
    id,
    home,
    place: { node: {}, at },
    shapes: [
      params === null ? NO_PARAMS : definitions.named(params).node,
      result === null ? NO_RESULT : definitions.named(result).node,
      { const: [kind, method.scope?.member ?? null] },
    ],
    facts: {
      moved: home,
      "scope-changed": method.scope?.member ?? "none",
      "kind-changed": kind,
      visibility,
      stability,
      deprecated,
      description: method.doc,
    },
    params: params === null ? null : definitions.named(params),
    result: result === null ? null : definitions.named(result),
  };
}

/** What a method takes, or a stand-in for nothing, which is as open as what the other side takes. */
export function paramsOf(entry: MethodEntry, other: Cursor | null): Cursor {
  if (entry.params) return entry.params;
  const { properties = {}, additionalProperties = true } = other?.node ?? {};
  const node =
    Object.keys(properties).length > 0 ? { ...NO_PARAMS, additionalProperties } : NO_PARAMS;
  return { node, at: `${entry.place.at}/params` };
}

/** The events of a protocol: the arms of its unions. */
export function readEvents(side: DiffSide, definitions: Definitions): EventEntry[] {
  return side.protocol.unions.flatMap(({ id: home, arms, tagPath }) =>
    Object.entries(arms).map(([tag, type]) => {
      const payload = definitions.named(type);
      const { node } = payload;
      return {
        subject: "event" as const,
        id: tag,
        home,
        place: payload,
        shapes: [withoutTag(definitions.resolve(payload).node, tagPath)],
        facts: {
          visibility: node.visibility ?? "public",
          stability: node.stability ?? "stable",
          deprecated: node.deprecated === true,
          description: node.description ?? "",
        },
        payload,
      };
    }),
  );
}

/** The tag is the event's name: an event that was renamed has another one. */
function withoutTag(node: JsonSchema, tagPath: readonly string[]): JsonSchema {
  const [key] = tagPath;
  if (tagPath.length !== 1 || key === undefined || !node.properties?.[key]) return node;
  return { ...node, properties: { ...node.properties, [key]: { type: "string" } } };
}
