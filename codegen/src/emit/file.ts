import { BANNER, type GeneratedFile } from "../generated.js";
import { escapeComment } from "./docs.js";

/** Prints a file: its imports, then its declarations. */
export function printFile(
  path: string,
  imports: readonly string[],
  declarations: readonly string[],
): GeneratedFile {
  const parts = [imports.join("\n"), ...declarations].filter(Boolean);
  // A file with nothing in it is still a module.
  const body = parts.join("\n\n") || "export {};";
  return { path, text: `${BANNER}\n\n${body}\n` };
}

/** Lines, one level further in. */
export function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

/** A comment: one line if its text is one. */
export function commentLines(text: string): string[] {
  const lines = text.split("\n");
  if (lines.length === 1) return [`/** ${text} */`];
  return ["/**", ...lines.map((line) => ` * ${line}`.trimEnd()), " */"];
}

/** A type-only import with one name a line, so that an added name is a one-line change. */
export function importTypes(from: string, names: Iterable<string>): string {
  const lines = [...new Set(names)].sort().map((name) => `${name},`);
  return ["import type {", ...indent(lines), `} from "${from}";`].join("\n");
}

/** An import of values, as {@link importTypes}. */
export function importValues(from: string, names: Iterable<string>): string {
  return importTypes(from, names).replace("import type", "import");
}

/** An exported constant whose initializer is a list or a map, one entry a line. */
export function exportTable(table: {
  readonly doc: string;
  readonly name: string;
  readonly type: string;
  readonly open: string;
  readonly lines: readonly string[];
  readonly close: string;
}): string {
  return [
    `/** ${escapeComment(table.doc)} */`,
    `export const ${table.name}: ${table.type} = ${table.open}`,
    ...indent(table.lines),
    `${table.close};`,
  ].join("\n");
}
