import { isProse, KEYWORDS, schemasIn } from "@stubwright/rpc/json-schema";
import { Ajv } from "ajv";
import { Ajv2019 } from "ajv/dist/2019.js";
import { Ajv2020 } from "ajv/dist/2020.js";
import draft6 from "ajv/dist/refs/json-schema-draft-06.json" with { type: "json" };
import { describe, expect, it } from "vitest";

interface MetaSchema {
  readonly allOf?: readonly { readonly $ref: string }[];
  readonly properties?: Readonly<Record<string, unknown>>;
}

/** The keywords that the meta-schema of a draft describes. */
function described(ajv: Ajv, uri: string): string[] {
  const meta = ajv.getSchema(uri)?.schema as MetaSchema;
  const vocabularies = (meta.allOf ?? []).map(({ $ref }) => new URL($ref, uri).href);
  return [
    ...Object.keys(meta.properties ?? {}),
    ...vocabularies.flatMap((vocabulary) => described(ajv, vocabulary)),
  ];
}

/** The keywords that the table has for a draft, but for those of vendors. */
function listed(draft: number): string[] {
  const rows = [...KEYWORDS].filter(([, { since, until, vocabulary }]) => {
    return since <= draft && draft <= until && vocabulary !== "vendor";
  });
  return rows.map(([name]) => name).sort();
}

describe("the table of keywords", () => {
  it("has the keywords of draft 6, and of draft 4 those that are not new in 6", () => {
    expect(listed(6)).toEqual(Object.keys(draft6.properties).sort());
    const added = ["$id", "const", "contains", "examples", "propertyNames"];
    expect(listed(4)).toEqual([...listed(6).filter((name) => !added.includes(name)), "id"].sort());
  });

  it.each<[number, Ajv, string]>([
    [7, new Ajv(), "http://json-schema.org/draft-07/schema"],
    [2019, new Ajv2019(), "https://json-schema.org/draft/2019-09/schema"],
    [2020, new Ajv2020(), "https://json-schema.org/draft/2020-12/schema"],
  ])("has the keywords of draft %s, and no others for it", (draft, ajv, uri) => {
    // Kept in later meta-schemas for schemas that still have them.
    const deprecated = ["definitions", "dependencies", "$recursiveAnchor", "$recursiveRef"];
    const wanted = new Set(described(ajv, uri));
    // Later editions of the meta-schema of draft-07 have it; ajv carries an earlier one.
    wanted.add("writeOnly");
    for (const name of deprecated)
      if ((KEYWORDS.get(name)?.until ?? 0) < draft) wanted.delete(name);
    expect(listed(draft)).toEqual([...wanted].sort());
  });

  it("finds the schemas inside one, and only those", () => {
    const schema = {
      properties: { enum: { type: "string" }, a: true },
      items: [{}, false],
      allOf: [{ const: { properties: { no: {} } } }],
      dependencies: { a: ["b"], b: { minimum: 1 } },
      default: { properties: { no: {} } },
      "x-more": { not: {} },
      additionalProperties: false,
      not: { type: "null" },
      patternProperties: "odd",
    };
    expect([...schemasIn(schema)]).toEqual([
      [{ type: "string" }, "properties", "enum"],
      [true, "properties", "a"],
      [{}, "items", 0],
      [false, "items", 1],
      [{ const: { properties: { no: {} } } }, "allOf", 0],
      [{ minimum: 1 }, "dependencies", "b"],
      [false, "additionalProperties"],
      [{ type: "null" }, "not"],
    ]);
    expect([...schemasIn({ items: {} })]).toEqual([[{}, "items"]]);
  });

  it("tells prose from what decides", () => {
    expect(["title", "x-anything", "stability", "$comment"].filter(isProse)).toHaveLength(4);
    expect(["type", "format", "unheardOf", "$id"].filter(isProse)).toEqual([]);
  });
});
