import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { JsonSchema } from "stubwright";
import { readManifest } from "../../codegen/src/load/manifest.js";
import { sourcePaths } from "../../codegen/src/load/source.js";
import type { Definitions } from "./relax.js";

const SOURCE = fileURLToPath(new URL("../../schema/copilot/source.json", import.meta.url));

/** The definitions of the installed schemas, those of all documents by one name each. */
export function publishedDefinitions(): Definitions {
  const documents = sourcePaths(readManifest(SOURCE), SOURCE).documents.map(([, file]) => {
    const text = readFileSync(file, "utf8");
    const local = text.replaceAll(/"[^"]*#\/definitions\//g, '"#/definitions/');
    // Internal types are printed elsewhere; here it is not of interest which those are.
    const isMark = (name: string, value: unknown) =>
      name === "visibility" && typeof value === "string";
    return JSON.parse(local, (name, value) =>
      isMark(name, value) ? undefined : value,
    ) as JsonSchema;
  });
  return Object.assign({}, ...documents.map(({ definitions }) => definitions)) as Definitions;
}

/** So many definitions, with all that they lead to. */
export function sampleOf(definitions: Definitions, count: number, random: () => number) {
  const names = Object.keys(definitions);
  const sample = new Set<string>();
  while (sample.size < count) sample.add(names[Math.floor(random() * names.length)] ?? "");
  const needed = new Set(sample);
  for (const name of needed) {
    const text = JSON.stringify(definitions[name] ?? {});
    for (const [, target = ""] of text.matchAll(/"#\/definitions\/([^"]*)"/g)) needed.add(target);
  }
  const kept = Object.entries(definitions).filter(([name]) => needed.has(name));
  return { sample, definitions: Object.fromEntries(kept) };
}
