import { expect, test } from "vitest";
import { method, protocolOf } from "./inline.js";

const text = { type: "string" };

test.each<[pointer: string, document: object]>([
  ["/server/a~1b/c~0d", { server: { "a/b": { "c~d": method("m") } } }],
  ["/definitions/a~1b", { definitions: { "a/b": text } }],
])("an entry that is published by now is named by its pointer: %s", (pointer, document) => {
  expect(() => protocolOf({ api: document, core: document })).toThrow(
    expect.objectContaining({ code: "CORE_STALE", file: "core.schema.json", pointer }),
  );
});
