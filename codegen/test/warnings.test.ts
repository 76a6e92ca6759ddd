import { expect, test } from "vitest";
import type { StubwrightWarning } from "../src/errors.js";
import { toProtocol } from "../src/generate.js";
import { inlineSource, method } from "./inline.js";

function warningsOf(documents: Record<string, object>): [pointer: string, message: string][] {
  const warnings: StubwrightWarning[] = [];
  toProtocol(inlineSource(documents), (warning) => warnings.push(warning));
  return warnings.map(({ pointer, message }) => [pointer, message]);
}

test("keywords that nobody knows are named with their places", () => {
  const definitions = {
    Count: { type: "integer", minimun: 1, "x-unit": "ms" },
    List: { type: "array", items: { anyOf: [{ type: "string", markdownHelp: "…" }] } },
    "a/b": { properties: { maxLenght: { type: "string" } }, maxLenght: 2 },
  };
  const server = { call: method("call", { type: "object", requierd: ["a"] }) };
  expect(warningsOf({ api: { definitions, server, extra: { note: 1 }, version: "2" } })).toEqual([
    [
      "/definitions/Count/minimun",
      'Unknown keyword "minimun" has no effect. Did you mean "minimum"?',
    ],
    [
      "/definitions/List/items/anyOf/0/markdownHelp",
      'Unknown keyword "markdownHelp" has no effect.',
    ],
    [
      "/definitions/a~1b/maxLenght",
      'Unknown keyword "maxLenght" has no effect. Did you mean "maxLength"?',
    ],
    ["/version", 'Unknown keyword "version" has no effect.'],
    [
      "/server/call/params/requierd",
      'Unknown keyword "requierd" has no effect. Did you mean "required"?',
    ],
    ["/extra", 'Unknown keyword "extra" has no effect.'],
  ]);
});

test("constants, examples and what the handwritten schema has of its own are no keywords", () => {
  const definitions = { T: { const: { minimun: 1 }, default: { a: 1 }, examples: [{ b: 1 }] } };
  const core = { wire: { framing: "ndjson" } };
  expect(warningsOf({ api: { definitions }, core })).toEqual([]);
});
