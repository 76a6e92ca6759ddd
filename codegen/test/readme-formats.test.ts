// The examples of the formats, as the README prints them.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { FORMAT_NAMES } from "../src/format-names.js";
import { generateFiles, toCallable } from "../src/generate.js";
import { compileErrors } from "./compile.js";
import { inlineSource } from "./inline.js";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const EXAMPLE =
  /^### ([\w-]+)\n[\s\S]*?^```json (\w+)\.json\n([\s\S]*?)^```[\s\S]*?^```ts \2\.ts\n([\s\S]*?)^```/gm;
const examples = [...readme.matchAll(EXAMPLE)].map(
  ([, format = "", name = "", json = "", text = ""]) => {
    return { format, name, json, text };
  },
);

test("there is an example of each format", () => {
  expect(examples.map(({ format }) => format)).toEqual([...FORMAT_NAMES]);
});

test("each example is recognised, and its program compiles", async () => {
  const all = [];
  for (const { format, name, json, text } of examples) {
    const protocol = toCallable(inlineSource({ [name]: JSON.parse(json) }));
    expect(protocol.source.formats).toEqual({ [name]: format });
    const files = [...(await generateFiles(protocol)), { path: "main.ts", text }];
    all.push(...files.map((file) => ({ ...file, path: `${name}/${file.path}` })));
  }
  expect(compileErrors(all)).toBe("");
}, 60_000);
