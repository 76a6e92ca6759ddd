// What a verdict says of `regenerated` is held by programs: written for the old output, compiled
// against the new one.
import { describe, expect, test } from "vitest";
import { diffProtocols } from "../src/diff/index.js";
import { type GeneratedFile, generateFiles, type JsonSchema } from "../src/index.js";
import { compileErrors } from "./compile.js";
import { makeSide, object } from "./diff-side.js";
import { method, protocolOf } from "./inline.js";

const text: JsonSchema = { type: "string" };
const number: JsonSchema = { type: "number" };
const open = (properties: Record<string, JsonSchema>) => ({ type: "object", properties });
const tagged = (kind: string, more = {}) => object({ kind: { const: kind }, ...more });

/** A change, what uses the old output, and the code that the program shows the verdict of. */
interface Case {
  readonly code: string;
  readonly old: object;
  readonly new: object;
  readonly program: string;
}

const result = (code: string, a: JsonSchema, b: JsonSchema, use: string): Case => ({
  code: `result-${code}`,
  old: { server: { call: method("call", null, object({ v: a })) } },
  new: { server: { call: method("call", null, object({ v: b })) } },
  program: `export const use = (rpc: ServerRpc) => rpc.call().then(({ v }) => ${use});`,
});
const param = (code: string, a: JsonSchema, b: JsonSchema, given: string): Case => ({
  code: `param-${code}`,
  old: { server: { call: method("call", object({ v: a })) } },
  new: { server: { call: method("call", object({ v: b })) } },
  program: `export const use = (rpc: ServerRpc) => rpc.call({ v: ${given} });`,
});
const whole = (code: string, old: object, after: object, program: string): Case => ({
  code,
  old,
  new: after,
  program,
});
const call = method("call");
const other = { other: method("other") };

const cases: Case[] = [
  result("added-optional", object({ x: text }), object({ x: text, y: text }, ["x"]), "v.x.length"),
  result("removed-optional", object({ x: text }, []), object({}), "v.x?.length"),
  result("removed-required", object({ x: text, y: text }), object({ y: text }), "v.x.length"),
  result("made-optional", object({ x: text }), object({ x: text }, []), "v.x.length"),
  result("made-required", object({ x: text }, []), object({ x: text }), "v.x?.length"),
  result("type-widened", text, { type: ["string", "null"] }, "v.length"),
  result(
    "type-narrowed",
    { type: ["string", "number"] },
    text,
    'typeof v === "number" && v.toFixed()',
  ),
  result("type-narrowed", { type: "boolean" }, { const: true }, "v === false"),
  result("type-narrowed", text, { enum: ["a", "b"] }, 'v === "z"'),
  result("type-changed", text, number, "v.length"),
  result("enum-value-added", { enum: ["a", "b"] }, { enum: ["a", "b", "c"] }, 'v === "a"'),
  result("enum-value-removed", { enum: ["a", "b"] }, { enum: ["a"] }, 'v === "b"'),
  result(
    "variant-added",
    { anyOf: [tagged("a", { x: text }), tagged("b")] },
    { anyOf: [tagged("a", { x: text }), tagged("b"), tagged("c")] },
    'v.kind === "a" && v.x.length',
  ),
  result(
    "variant-removed",
    { anyOf: [tagged("a"), tagged("b"), tagged("c")] },
    { anyOf: [tagged("a"), tagged("b")] },
    'v.kind === "c"',
  ),
  result("constraint-loosened", { type: "integer", minimum: 1 }, number, "v.toFixed()"),
  result("constraint-tightened", number, { type: "integer", minimum: 1 }, "v.toFixed()"),
  result("closed", open({ a: text }), object({ a: text }, []), "v.extra"),
  result(
    "closed",
    { type: "object", additionalProperties: text },
    { type: "object", additionalProperties: false },
    'v["k"]?.length',
  ),
  result("opened", object({ a: text }), { ...open({ a: text }), required: ["a"] }, "v.a.length"),
  param("added-optional", object({ x: text }), object({ x: text, y: text }, ["x"]), '{ x: "" }'),
  param("added-required", object({ x: text }), object({ x: text, y: text }), '{ x: "" }'),
  param("removed-optional", object({ x: text, y: text }, []), object({ y: text }, []), '{ x: "" }'),
  param("made-optional", object({ x: text }), object({ x: text }, []), '{ x: "" }'),
  param("made-required", object({ x: text }, []), object({ x: text }), "{}"),
  param("type-widened", text, { type: ["string", "null"] }, '""'),
  param("type-narrowed", { type: ["string", "number"] }, text, "5"),
  param("enum-value-added", { enum: ["a"] }, { enum: ["a", "b"] }, '"a"'),
  param("enum-value-removed", { enum: ["a", "b"] }, { enum: ["a"] }, '"b"'),
  param(
    "variant-added",
    { anyOf: [tagged("a")] },
    { anyOf: [tagged("a"), tagged("b")] },
    '{ kind: "a" }',
  ),
  param(
    "variant-removed",
    { anyOf: [tagged("a"), tagged("b")] },
    { anyOf: [tagged("a")] },
    '{ kind: "b" }',
  ),
  param("closed", open({ a: text }), object({ a: text }, []), "{ extra: 1 }"),
  param("opened", object({ a: text }, []), open({ a: text }), '{ a: "" }'),
  param("constraint-loosened", { ...text, minLength: 1 }, text, '""'),
  whole(
    "type-removed",
    {
      server: { call: method("call", null, { $ref: "#/definitions/A" }) },
      definitions: { A: object({ x: text }), B: object({ x: text }) },
    },
    {
      server: { call: method("call", null, { $ref: "#/definitions/B" }) },
      definitions: { B: object({ x: text }) },
    },
    'import type { A } from "./generated/index.gen.js";\nexport const use = (a: A) => a;',
  ),
  whole(
    "type-renamed",
    {
      server: { call: method("call", null, { $ref: "#/definitions/A" }) },
      definitions: { A: object({ x: text }) },
    },
    {
      server: { call: method("call", null, { $ref: "#/definitions/B" }) },
      definitions: { B: object({ x: text }) },
    },
    'import type { A } from "./generated/index.gen.js";\nexport const use = (a: A) => a;',
  ),
  whole(
    "method-removed",
    { server: { call, ...other } },
    { server: other },
    "export const use = (rpc: ServerRpc) => rpc.call();",
  ),
  whole(
    "method-added",
    { server: other },
    { server: { call, ...other } },
    "export const use = (rpc: ServerRpc) => rpc.other();",
  ),
  whole(
    "method-moved",
    { server: { call, ...other } },
    { server: { away: { call }, ...other } },
    "export const use = (rpc: ServerRpc) => rpc.call();",
  ),
  whole(
    "method-made-internal",
    { server: { call, ...other } },
    { server: { call: { ...call, visibility: "internal" }, ...other } },
    "export const use = (rpc: ServerRpc) => rpc.call();",
  ),
  whole(
    "result-disappeared",
    { server: { call: method("call", null, object({ v: text })) } },
    { server: { call } },
    "export const use = (rpc: ServerRpc) => rpc.call().then((r) => r.v);",
  ),
  whole(
    "result-appeared",
    { server: { call } },
    { server: { call: method("call", null, object({ v: text })) } },
    "export const use = async (rpc: ServerRpc) => { await rpc.call(); };",
  ),
];

/** A program beside the output that it is compiled against. */
async function project(name: string, api: object, program: string): Promise<GeneratedFile[]> {
  const files = await generateFiles(protocolOf({ api }));
  const imports = 'import type { ServerRpc } from "./generated/index.gen.js";';
  const uses = program.includes("ServerRpc") ? `${imports}\n` : "";
  return [
    { path: `${name}/program.ts`, text: uses + program },
    ...files.map((file) => ({ ...file, path: `${name}/generated/${file.path}` })),
  ];
}

describe("programs for the old output, compiled against the new one", async () => {
  const projects = cases.flatMap((each, index) => [
    project(`old-${index}`, each.old, each.program),
    project(`new-${index}`, each.new, each.program),
  ]);
  const errors = compileErrors((await Promise.all(projects)).flat());
  const errorsOf = (name: string) => errors.split("\n").filter((line) => line.includes(`${name}/`));

  test.each(cases.map((each, index) => ({ ...each, index })))(
    "$code $index",
    ({ code, index, ...given }) => {
      const [old, after] = [given.old, given.new].map((api) => makeSide(protocolOf({ api })));
      const { changes } = diffProtocols(old ?? makeSide({}), after ?? makeSide({}));
      const found = changes.filter((change) => change.code === code);
      expect(found.length, JSON.stringify(changes.map((change) => change.code))).toBeGreaterThan(0);
      expect(errorsOf(`old-${index}`)).toEqual([]);
      const failed = errorsOf(`new-${index}`);
      const verdict = failed.length > 0 ? "breaking" : expect.not.stringMatching("breaking");
      expect(found[0]?.verdicts.regenerated, failed.join("\n")).toEqual(verdict);
    },
  );
}, 60_000);
