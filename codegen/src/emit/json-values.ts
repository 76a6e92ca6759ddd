import { isObject, type JsonSchema, mapSchema } from "../schema.js";

/** The name of the type of any JSON value, and its declaration. */
export interface JsonValueType {
  readonly name: string;
  readonly text: string;
}

/** Names the type of any JSON value; one of the protocol's own may have the name already. */
export function jsonValueType(taken: Iterable<string>): JsonValueType {
  const names = new Set(taken);
  let name = "JsonValue";
  for (let n = 2; names.has(name); n++) name = `JsonValue${n}`;
  const kinds = ["string", "number", "boolean", "null", `${name}[]`, `{ [k: string]: ${name} }`];
  const lines = kinds.map((kind) => `  | ${kind}`).join("\n");
  return { name, text: `/** Any value that JSON has. */\nexport type ${name} =\n${lines};` };
}

/** Keywords that say which members an object may have besides those that it lists. */
const OTHERS: readonly string[] = [
  ...["additionalProperties", "patternProperties", "propertyNames", "unevaluatedProperties"],
];

/** An object that lists members and is silent about others has a type without others. */
export function closeSilent(schema: JsonSchema): JsonSchema {
  return mapSchema(schema, (node) => {
    const { properties, required = [] } = node;
    if (properties === undefined || OTHERS.some((keyword) => keyword in node)) return node;
    if (!required.every((name) => Object.hasOwn(properties, name))) return node;
    return { ...node, additionalProperties: false };
  });
}

const UNKNOWN: JsonSchema = { tsType: "unknown" };

/**
 * Says of values of any type that they are JSON, of members that are not listed that they may be
 * missing, and lets an object without members be an interface without members.
 *
 * @param schema - What the compiler is shown.
 * @param type - The name of the type of any JSON value.
 */
export function showJsonValues(schema: JsonSchema, type: string): JsonSchema {
  return mapSchema(schema, (node) => {
    if (node.tsType === "unknown") return { ...node, tsType: type };
    if (node.tsType === "Record<string, never>") return { ...node, tsType: "object" };
    const kinds = [node.type].flat();
    if (kinds.includes("array") && node.items === undefined) {
      return { ...node, items: { tsType: type } };
    }
    if (!kinds.includes("object") || node.additionalProperties === false) return node;
    return { ...node, additionalProperties: othersOf(node, type) };
  });
}

/** Listed members need not be of the type of the others, so beside them that stays unknown. */
function othersOf({ properties = {}, additionalProperties: others }: JsonSchema, type: string) {
  const isAny = !isObject(others) || others.tsType === type;
  if (isAny && Object.keys(properties).length > 0) return UNKNOWN;
  const known = isAny ? { tsType: type } : (others as JsonSchema);
  return { anyOf: [known, { tsType: "undefined" }] };
}
