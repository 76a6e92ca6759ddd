import { isSchemaObject, type SchemaObject } from "./json-schema.js";
import { type DraftNumber, KEYWORDS, type Vocabulary } from "./keywords.js";
import { SchemaError, type SchemaPosition } from "./schema-error.js";

/** A draft of JSON Schema, by name. */
export type DraftName = "draft-04" | "draft-06" | "draft-07" | "2019-09" | "2020-12";

/** How the schemas of a document are read. */
export interface Dialect {
  readonly draft: DraftNumber;
  /** The vocabularies that are in use; undefined for all. */
  readonly vocabularies?: ReadonlySet<Vocabulary>;
  /** The dialect itself says that formats are assertions. */
  readonly assertsFormats?: boolean;
}

/** The dialects of the drafts. */
export const DRAFTS: Readonly<Record<DraftName, Dialect>> = {
  "draft-04": { draft: 4 },
  "draft-06": { draft: 6 },
  "draft-07": { draft: 7 },
  "2019-09": { draft: 2019 },
  "2020-12": { draft: 2020 },
};

const DRAFT =
  /^https?:\/\/json-schema\.org\/(?:(draft-0[467])|draft\/(2019-09|2020-12))\/schema#?$/;
const VOCABULARY =
  /^https:\/\/json-schema\.org\/draft\/(2019-09|2020-12)\/vocab\/(core|applicator|unevaluated|validation|format|format-annotation|format-assertion|content|meta-data)$/;

/**
 * Finds the dialect that `$schema` names.
 *
 * @param find - Finds a meta-schema by URI.
 * @throws SchemaError if it is unknown, or requires a vocabulary that is.
 */
export function dialectOf(
  uri: unknown,
  find: (uri: string) => unknown,
  at: SchemaPosition,
  depth = 0,
): Dialect {
  const place = { ...at, pointer: `${at.pointer}/$schema` };
  const [, old, recent] = DRAFT.exec(`${uri}`) ?? [];
  const name = (old ?? recent) as DraftName | undefined;
  if (name) return DRAFTS[name];
  const meta = typeof uri === "string" && depth < 8 ? find(uri) : undefined;
  if (!isSchemaObject(meta)) {
    throw new SchemaError("BAD_DEFINITION", `Unknown dialect ${JSON.stringify(uri)}`, place);
  }
  const base = dialectOf(meta.$schema, find, at, depth + 1);
  return isSchemaObject(meta.$vocabulary) ? ofVocabularies(meta.$vocabulary, base, place) : base;
}

function ofVocabularies(listed: SchemaObject, base: Dialect, at: SchemaPosition): Dialect {
  const vocabularies = new Set<Vocabulary>(["core", "vendor"]);
  let assertsFormats = false;
  for (const [uri, required] of Object.entries(listed)) {
    const [, draft, name] = VOCABULARY.exec(uri) ?? [];
    if (name !== undefined) {
      vocabularies.add(name.replace(/^format-.*/, "format") as Vocabulary);
      // In 2019-09 it was a part of the one for applicators.
      if (draft === "2019-09" && name === "applicator") vocabularies.add("unevaluated");
      assertsFormats ||= name === "format-assertion";
    } else if (required === true) {
      throw new SchemaError("BAD_DEFINITION", `Unknown vocabulary ${JSON.stringify(uri)}`, at);
    }
  }
  return { draft: base.draft, vocabularies, assertsFormats };
}

/**
 * The keywords of a schema that mean something in its dialect. Up to draft-07, nothing does beside a
 * `$ref`.
 */
export function readBy(dialect: Dialect, schema: SchemaObject): SchemaObject {
  const { draft, vocabularies } = dialect;
  if (draft <= 7 && schema.$ref !== undefined) return { $ref: schema.$ref };
  if (!vocabularies) return schema;
  const kept = Object.entries(schema).filter(([name]) => {
    return vocabularies.has(KEYWORDS.get(name)?.vocabulary ?? "vendor");
  });
  return Object.fromEntries(kept);
}
