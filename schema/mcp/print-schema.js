// Prints the JSON Schema of MCP, made of the Zod schemas of the MCP SDK: no npm package has the
// schema that the specification's repository publishes.
import * as types from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";

const SUFFIX = /Schema$/;

/** @type {Array<[string, z.ZodType]>} */
const exported = Object.entries(types)
  .filter(([name, value]) => SUFFIX.test(name) && value instanceof z.ZodType)
  .map(([name, value]) => [name.replace(SUFFIX, ""), /** @type {z.ZodType} */ (value)]);

/** What the SDK has a name for and does not export. */
const RequestParams = types.PingRequestSchema.shape.params.unwrap();
const NotificationParams = types.InitializedNotificationSchema.shape.params.unwrap();
/** @type {Array<[string, z.ZodType]>} */
const inner = [
  ["RequestParams", RequestParams],
  ["RequestMeta", RequestParams.shape._meta.unwrap()],
  ["NotificationParams", NotificationParams],
];

/** @type {z.core.$ZodRegistry<{ id?: string }>} */
const registry = z.registry();
for (const [id, schema] of [...exported, ...inner]) {
  // A schema that has two names keeps the first: the other one is its old name.
  if (!registry.has(schema)) registry.add(schema, { id });
}

const { schemas } = z.toJSONSchema(registry, {
  uri: (id) => `#/$defs/${id}`,
  unrepresentable: "any",
  override: ({ zodSchema, jsonSchema }) => {
    const { def } = zodSchema._zod;
    // Members that the SDK does not know pass, unless a schema says that it is strict.
    if (def.type === "object" && !("catchall" in def && def.catchall)) {
      delete jsonSchema.additionalProperties;
    }
    // The SDK has one check of its own: any object.
    if (def.type === "custom") jsonSchema.type = "object";
    // Names are texts anyway.
    if (def.type === "record") delete jsonSchema.propertyNames;
    // A format says the same, in fewer words.
    if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
    if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  },
});

const $defs = Object.fromEntries(
  Object.entries(schemas).map(([name, { $schema: _, $id: __, ...schema }]) => [name, schema]),
);
const document = { $schema: "https://json-schema.org/draft/2020-12/schema", $defs };
process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
