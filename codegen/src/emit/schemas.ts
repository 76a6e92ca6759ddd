import type { Protocol } from "../ir.js";
import { propertyName } from "../names/identifiers.js";
import { stripProse } from "../schema.js";
import { exportTable, type GeneratedFile, printFile } from "./file.js";

/**
 * Emits the definitions for run-time checks, without prose, each as a JSON text of its own: a
 * program parses and compiles only those that it meets.
 */
export function emitSchemas(protocol: Protocol): GeneratedFile {
  const lines = Object.entries(protocol.types).map(
    ([name, schema]) => `${propertyName(name)}: ${quote(JSON.stringify(stripProse(schema)))},`,
  );
  return printFile("schemas.gen.ts", [
    exportTable({
      doc: "Each definition's schema as JSON.",
      name: "schemas",
      type: "Readonly<Record<string, string>>",
      open: "{",
      lines,
      close: "}",
    }),
  ]);
}

/** A string literal in single quotes: JSON is full of double ones. */
function quote(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}
