import type { Method } from "../ir.js";
import type { JsonSchema } from "../schema.js";
import type { Definitions } from "./definitions.js";
import type { Entry } from "./entries.js";
import { AT, placeOf } from "./locate.js";
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
  readonly params: JsonSchema | null;
  readonly result: JsonSchema | null;
}

/** An event, with the type of its payload. */
export interface EventEntry extends Entry {
  readonly payload: JsonSchema;
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
  place: string,
  definitions: Definitions,
): MethodEntry {
  const { wire: id, stability, visibility, deprecated, kind, doc: description } = method;
  const [params, result] = [method.params, method.result].map((name) =>
    name === null ? null : definitions.named(name),
  ) as [JsonSchema | null, JsonSchema | null];
  const home = [method.group, ...method.path].join(".");
  const scope = method.scope?.member ?? "none";
  return {
    subject,
    id,
    home,
    place,
    shapes: [params ?? NO_PARAMS, result ?? NO_RESULT, { const: [kind, scope] }],
    facts: { home, scope, kind, visibility, stability, deprecated, description },
    params,
    result,
  };
}

/** What a method takes, or a stand-in for nothing, which is as open as what the other side takes. */
export function paramsOf({ params, place }: MethodEntry, other: JsonSchema | null): JsonSchema {
  if (params) return params;
  const { properties = {}, additionalProperties = true } = other ?? {};
  const isOpen = Object.keys(properties).length > 0;
  return { ...NO_PARAMS, ...(isOpen && { additionalProperties }), [AT]: `${place}/params` };
}

/** The events of a protocol: the arms of its unions. */
export function readEvents(side: DiffSide, definitions: Definitions): EventEntry[] {
  return side.protocol.unions.flatMap(({ id: home, arms, tagPath }) =>
    Object.entries(arms).map(([tag, type]) => {
      const payload = definitions.named(type);
      return {
        subject: "event" as const,
        id: tag,
        home,
        place: placeOf(payload),
        shapes: [withoutTag(definitions.resolve(payload), tagPath)],
        facts: {
          visibility: payload.visibility ?? "public",
          stability: payload.stability ?? "stable",
          deprecated: payload.deprecated === true,
          description: payload.description ?? "",
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
