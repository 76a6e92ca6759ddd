import { checkFile } from "../check-file.js";
import { StubwrightError } from "../errors.js";
import type { Protocol } from "../ir.js";
import { checkDocuments } from "../load/check.js";
import { checkCircles } from "../load/circles.js";
import { escapePointer } from "../pointer.js";
import { type JsonSchema, mapSchema, refName } from "../schema.js";

/**
 * Checks as much of a protocol model as a comparison relies on.
 *
 * @throws {@link StubwrightError} `DIFF_INPUT_INVALID` with the file and the JSON Pointer.
 */
export function checkModel(json: Record<string, unknown>, file: string): Protocol {
  const code = "DIFF_INPUT_INVALID";
  const remedy = "Give a file that stubwright generate --print-ir wrote.";
  checkFile(json, { kind: "model", file, code, remedy });
  const protocol = json as unknown as Protocol;
  const { types, methods, unions } = protocol;
  const document = { definitions: types } as JsonSchema;
  try {
    checkDocuments([{ name: "model", role: "published", file, sha256: "", json: document }]);
  } catch (cause) {
    if (!(cause instanceof StubwrightError)) throw cause;
    const pointer = cause.pointer?.replace("/definitions/", "/types/");
    throw new StubwrightError(code, cause.message, { file, pointer, remedy, cause });
  }
  const used = [
    ...Object.entries(types).flatMap(([name, type]) =>
      refsIn(type).map((ref) => [ref, `/types/${escapePointer(name)}`] as const),
    ),
    ...methods.flatMap(({ params, result }, index) => [
      [params, `/methods/${index}/params`] as const,
      [result, `/methods/${index}/result`] as const,
    ]),
    ...unions.flatMap(({ arms }, index) =>
      Object.entries(arms).map(
        ([tag, name]) => [name, `/unions/${index}/arms/${escapePointer(tag)}`] as const,
      ),
    ),
  ];
  for (const [name, pointer] of used) {
    if (name === null || Object.hasOwn(types, name)) continue;
    throw new StubwrightError(code, `There is no type "${name}".`, { file, pointer, remedy });
  }
  checkCircles(types);
  return protocol;
}

function refsIn(schema: JsonSchema): string[] {
  const refs: string[] = [];
  mapSchema(schema, (node) => {
    if (node.$ref !== undefined) refs.push(refName(node.$ref));
    return node;
  });
  return refs;
}
