import { StubwrightError } from "../errors.js";
import type { Protocol } from "../ir.js";
import { checkCircles } from "../load/circles.js";
import { escapePointer } from "../pointer.js";
import { isObject } from "../schema.js";
import {
  checkName,
  checkTypes,
  type Fail,
  LIST,
  OBJECT,
  STRING,
  STRINGS,
  type Test,
} from "./check-types.js";

const NAME: Test = ["a name or null", (value) => value === null || typeof value === "string"];

/** What a comparison reads of a model, of its methods and of its unions. */
const MODEL = {
  name: STRING,
  version: STRING,
  types: OBJECT,
  methods: LIST,
  unions: LIST,
  wire: OBJECT,
};
const METHOD = {
  wire: STRING,
  path: STRINGS,
  group: STRING,
  handler: STRING,
  kind: STRING,
  params: NAME,
  result: NAME,
  scope: NAME,
  stability: STRING,
  visibility: STRING,
  doc: STRING,
};
const UNION = { tagPath: STRINGS, arms: OBJECT };

/**
 * Checks as much of a protocol model as a comparison relies on.
 *
 * @throws {@link StubwrightError} `DIFF_INPUT_INVALID` with the file and the JSON Pointer.
 */
export function checkModel(json: Record<string, unknown>, file: string): Protocol {
  const fail: Fail = (pointer, what) => {
    throw new StubwrightError("DIFF_INPUT_INVALID", `${file} is no protocol model: ${what}.`, {
      file,
      pointer,
      remedy: "Print the model again with stubwright generate --print-ir.",
    });
  };
  checkMembers(json, MODEL, "", fail);
  const protocol = json as unknown as Protocol;
  const { types, methods, unions } = protocol;
  methods.forEach((method, index) => {
    const pointer = `/methods/${index}`;
    checkMembers(method, METHOD, pointer, fail);
    for (const key of ["params", "result"] as const) {
      if (method[key] !== null) checkName(method[key], `${pointer}/${key}`, types, fail);
    }
  });
  unions.forEach((union, index) => {
    const pointer = `/unions/${index}`;
    checkMembers(union, UNION, pointer, fail);
    for (const [tag, name] of Object.entries(union.arms)) {
      checkName(name, `${pointer}/arms/${escapePointer(tag)}`, types, fail);
    }
  });
  checkTypes(types, fail);
  checkCircles(types);
  return protocol;
}

function checkMembers(
  value: unknown,
  members: Readonly<Record<string, Test>>,
  pointer: string,
  fail: Fail,
): void {
  if (!isObject(value)) fail(pointer, "expected an object");
  for (const [key, [expected, holds]] of Object.entries(members)) {
    if (!holds((value as Record<string, unknown>)[key])) {
      fail(`${pointer}/${key}`, `expected ${expected}`);
    }
  }
}
