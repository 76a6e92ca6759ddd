import { Ajv2019 } from "ajv/dist/2019.js";
import addFormats from "ajv-formats";
import { definitions, type Schema } from "./definitions.js";

/** Tells whether a value fits a definition. */
export type Oracle = (name: string, value: unknown) => boolean;

/** What plain ajv says of the schemas as published; the class that knows `unevaluatedProperties`. */
export function strictOracle(): Oracle {
  return oracle(Object.fromEntries(definitions));
}

/**
 * What plain ajv says of schemas that are opened on paper: the meaning of the open form, written
 * down a second time.
 */
export function openOracle(): Oracle {
  const opened = [...definitions].map(([name, schema]) => [name, open(schema)]);
  const fits = oracle(Object.fromEntries(opened));
  return (name, value) => isNothing(definitions.get(name), value) || fits(name, value);
}

/** Whether a whole value says "nothing", by null or by {}, where its definition lets it. */
function isNothing(schema: Schema | undefined, value: unknown): boolean {
  if (schema?.type === "object") return value === null && !schema.required?.length;
  return schema?.type === "null" && JSON.stringify(value) === "{}";
}

function oracle(all: Record<string, Schema>): Oracle {
  const ajv = new Ajv2019({ strict: false, validateSchema: false, logger: false });
  addFormats.default(ajv);
  ajv.addSchema({ $id: "all", definitions: all });
  return (name, value) => {
    const validate = ajv.getSchema(`all#/definitions/${name}`);
    if (!validate) throw new Error(`There is no definition ${name}`);
    return validate(value) === true;
  };
}

function open(schema: Schema): Schema {
  const {
    format,
    oneOf,
    additionalProperties: rest,
    unevaluatedProperties,
    ...out
  } = schema as Record<string, unknown>;
  const { properties, required, items, anyOf, allOf } = schema;
  const arms = anyOf ?? schema.oneOf;
  if (typeof rest === "object") out.additionalProperties = open(rest as Schema);
  if (items) out.items = open(items);
  if (allOf) out.allOf = allOf.map(open);
  if (arms) out.anyOf = arms.map(open);
  if (properties) {
    const members = Object.entries(properties).map(([name, member]) => [
      name,
      required?.includes(name) ? open(member) : orNull(open(member)),
    ]);
    out.properties = Object.fromEntries(members);
  }
  return out;
}

function orNull(schema: Schema): Schema {
  return { anyOf: [{ type: "null" }, schema] };
}
