import { expect, test } from "vitest";
import { protocolOf } from "./inline.js";

const kind = { type: "string", enum: ["a", "b"] };
const ref = { $ref: "#/definitions/Kind" };

test.each<[name: string, given: object, want: object]>([
  ["one of the list", { ...ref, const: "a" }, { const: "a" }],
  [
    "some of the list",
    { ...ref, enum: ["a"], description: "d" },
    { enum: ["a"], description: "d" },
  ],
  ["another", { ...ref, const: "z" }, { allOf: [ref, { const: "z" }] }],
])("a constant beside a reference to a list of values: %s", (_, given, want) => {
  expect(protocolOf({ api: { definitions: { Kind: kind, T: given } } }).types.T).toEqual(want);
});
