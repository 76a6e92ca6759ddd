import type { Method, Protocol } from "../ir.js";
import { isObject, type JsonSchema, stripProse } from "../schema.js";

/** The protocol without a word of its publisher: what sources in a repository are made from. */
export function withoutProse(protocol: Protocol): Protocol {
  return {
    ...protocol,
    types: Object.fromEntries(
      Object.entries(protocol.types).map(([name, schema]) => {
        const { visibility } = schema;
        return [name, { ...stripProse(schema), ...(visibility && { visibility }) }];
      }),
    ),
    methods: protocol.methods.map((method) => ({
      ...method,
      doc: "",
      // Where experimental methods stand apart, it is more than prose.
      stability: protocol.experimentalApart ? method.stability : "stable",
      deprecated: false,
    })),
  };
}

/** The comment of a type or a member: its description, its values, its format, its tags. */
export function schemaDoc(schema: JsonSchema): string {
  const { description, format, stability, deprecated } = schema;
  const values = isObject(schema["x-enumDescriptions"]) ? schema["x-enumDescriptions"] : {};
  return [
    description ?? "",
    Object.entries(values)
      .map(([value, meaning]) => `- \`${value}\`: ${meaning}`)
      .join("\n"),
    description && typeof format === "string" ? `Format: ${format}.` : "",
    schema.default === undefined ? "" : `Default: \`${JSON.stringify(schema.default)}\`.`,
    tags(stability, deprecated),
  ]
    .filter(Boolean)
    .join("\n\n");
}

/** The comment of a method; none if there is nothing to say. */
export function methodDoc({ doc, stability, deprecated }: Method): string[] {
  const text = [doc, tags(stability, deprecated)].filter(Boolean).join("\n\n");
  return text ? [escapeComment(text)] : [];
}

/** Keeps a text from ending the comment that it stands in. */
export function escapeComment(text: string): string {
  return text.replaceAll("*/", "*\\/");
}

function tags(stability: string | undefined, deprecated: boolean | undefined): string {
  return [deprecated ? "@deprecated" : "", stability === "experimental" ? "@experimental" : ""]
    .filter(Boolean)
    .join("\n");
}
