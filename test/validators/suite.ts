import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, sep } from "node:path";
import type { DraftName, JsonSchema } from "@stubwright/rpc/validators";

/** One schema of the official suite with its values. */
export interface SuiteGroup {
  readonly description: string;
  readonly schema: JsonSchema;
  readonly tests: readonly {
    readonly description: string;
    readonly data: unknown;
    readonly valid: boolean;
  }[];
}

/** The folder with the official JSON Schema test suite; undefined if there is none. */
export const suite = process.env.JSON_SCHEMA_TEST_SUITE;

/** How to get the suite, for those who run the tests without it. */
export const HOW =
  "The official JSON Schema test suite is not run: set JSON_SCHEMA_TEST_SUITE to a clone of " +
  "https://github.com/json-schema-org/JSON-Schema-Test-Suite.";

/** A draft that is tested. */
export type Draft = Exclude<DraftName, "draft-04" | "draft-06">;

/** A part of the suite; the first is the required one. */
export type Part = "" | "optional" | "optional/format";

/** The folders that the suite has for the drafts. */
export const FOLDERS: Readonly<Record<Draft, string>> = {
  "draft-07": "draft7",
  "2019-09": "draft2019-09",
  "2020-12": "draft2020-12",
};

/** The groups of a part of the suite, by file. */
export function groupsOf(draft: Draft, part: Part) {
  const at = join(suite ?? "", "tests", FOLDERS[draft], part);
  const files = readdirSync(at).filter((file) => file.endsWith(".json"));
  return files.map((file) => {
    return [file.slice(0, -5), read(join(at, file)) as readonly SuiteGroup[]] as const;
  });
}

/** What the suite's schemas refer to: its remotes, and the meta-schemas, which ajv carries. */
export function suiteDocuments(): Record<string, JsonSchema> {
  const remotes = join(suite ?? "", "remotes");
  const refs = join(
    dirname(createRequire(import.meta.url).resolve("ajv/package.json")),
    "dist/refs",
  );
  const metas = filesIn(refs).map((file) => read(file) as Readonly<Record<string, JsonSchema>>);
  return Object.fromEntries([
    ...filesIn(remotes).map((file) => {
      const path = relative(remotes, file).split(sep).join("/");
      return [`http://localhost:1234/${path}`, read(file)] as const;
    }),
    ...metas.flatMap((meta) => (typeof meta.$id === "string" ? [[meta.$id, meta]] : [])),
  ]) as Record<string, JsonSchema>;
}

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith(".json"));
  return files.map((entry) => join(entry.parentPath, entry.name));
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}
