import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { migrate } from "../src/migrate/index.js";
import { rewriteManifest } from "../src/migrate/manifest.js";
import { rewrite } from "../src/migrate/rewrite.js";

describe("stubwright migrate changes", () => {
  test.each([
    [
      'import { CopilotClient } from "@github/copilot-sdk";',
      'import { CopilotClient } from "@stubwright/copilot";',
    ],
    [
      "import type { X } from '@github/copilot-sdk'",
      "import type { X } from '@stubwright/copilot'",
    ],
    ['export * from "@github/copilot-sdk";', 'export * from "@stubwright/copilot";'],
    ['import "@github/copilot-sdk";', 'import "@stubwright/copilot";'],
    [
      'import sdk = require("@github/copilot-sdk");',
      'import sdk = require("@stubwright/copilot");',
    ],
    [
      'const { a } = require("@github/copilot-sdk");',
      'const { a } = require("@stubwright/copilot");',
    ],
    ["await import(`@github/copilot-sdk`);", "await import(`@stubwright/copilot`);"],
    ['let x: import("@github/copilot-sdk").Y;', 'let x: import("@stubwright/copilot").Y;'],
    ['vi.mock("@github/copilot-sdk", () => ({}));', 'vi.mock("@stubwright/copilot", () => ({}));'],
    [
      'jest.unstable_mockModule("@github/copilot-sdk", f);',
      'jest.unstable_mockModule("@stubwright/copilot", f);',
    ],
    [
      'import { joinSession } from "@github/copilot-sdk/extension";',
      'import { joinSession } from "@stubwright/copilot/extension";',
    ],
    ['declare module "@github/copilot-sdk" {}', 'declare module "@stubwright/copilot" {}'],
  ])("%s", (given, want) => {
    expect(rewrite("a.ts", given)).toMatchObject({ text: want, imports: 1 });
  });

  test.each([
    'const text = "@github/copilot-sdk";',
    "// import from @github/copilot-sdk",
    'import x from "@github/copilot-sdk-linux-x64/package.json";',
  ])("and leaves alone: %s", (text) => {
    expect(rewrite("a.ts", text)).toMatchObject({ text, imports: 0 });
  });

  test("JSX, and several imports in one file, with all else as it was", () => {
    const given =
      '// 1\nimport { A } from "@github/copilot-sdk";\r\n\nconst b = <p>{A}</p>;\nimport("@github/copilot-sdk");\n';
    expect(rewrite("a.tsx", given)).toMatchObject({
      text: given.replaceAll("@github/copilot-sdk", "@stubwright/copilot"),
      imports: 2,
    });
  });
});

test("stubwright migrate names what needs a hand, with its line", () => {
  const text = `import { CopilotClient } from "@github/copilot-sdk";
import { ResponseError } from "vscode-jsonrpc";
import { x } from "@github/copilot-sdk/internal";
const config = { hooks: { onPreToolUse: async () => {} } };
if (message.includes("Session not found")) retry();
`;
  expect(rewrite("a.ts", text).notes).toEqual([
    { line: 2, message: expect.stringContaining("RpcError") },
    { line: 3, message: expect.stringContaining("no counterpart of @github/copilot-sdk/internal") },
    { line: 4, message: expect.stringContaining("denies the tool") },
    { line: 5, message: expect.stringContaining("resumeForgotten") },
  ]);
});

test.each([
  [
    '{\n  "dependencies": {\n    "@github/copilot-sdk": "^1.0.14",\n    "x": "1"\n  }\n}\n',
    '{\n  "dependencies": {\n    "@stubwright/copilot": "^1.0.0",\n    "x": "1"\n  }\n}\n',
  ],
  [
    '{ "devDependencies": { "@github/copilot-sdk": "1" } }',
    '{ "devDependencies": { "@stubwright/copilot": "^1.0.0" } }',
  ],
  [
    '{ "dependencies": { "@github/copilot-sdk": "1", "@stubwright/copilot": "2" } }',
    '{ "dependencies": { "@stubwright/copilot": "2" } }',
  ],
  ['{ "name": "@github/copilot-sdk" }', '{ "name": "@github/copilot-sdk" }'],
])("stubwright migrate changes the dependency: %s", (given, want) => {
  const changed = rewriteManifest(given, "^1.0.0");
  expect(changed.replace(/\{\s+"@stub/g, '{ "@stub')).toBe(
    want.replace(/\{\s+"@stub/g, '{ "@stub'),
  );
  expect(() => JSON.parse(changed)).not.toThrow();
});

test("stubwright migrate goes through folders, writes nothing on --dry-run, and is done then", () => {
  const folder = mkdtempSync(join(tmpdir(), "migrate-"));
  const file = (name: string) => join(folder, name);
  mkdirSync(file("node_modules/p"), { recursive: true });
  mkdirSync(file("src"));
  const text = 'import "@github/copilot-sdk";\n';
  for (const name of ["src/a.mts", "b.cjs", "node_modules/p/c.js", "d.md"])
    writeFileSync(file(name), text);
  const options = { paths: [folder], version: "^1.0.0" };
  expect(migrate({ ...options, dryRun: true }).map((each) => each.file)).toEqual([
    file("b.cjs"),
    file("src/a.mts"),
  ]);
  expect(readFileSync(file("b.cjs"), "utf8")).toBe(text);
  expect(migrate(options)).toHaveLength(2);
  expect(readFileSync(file("src/a.mts"), "utf8")).toContain("@stubwright/copilot");
  expect(readFileSync(file("node_modules/p/c.js"), "utf8")).toBe(text);
  expect(migrate(options)).toEqual([]);
  expect(() => migrate({ ...options, paths: [file("nope")] })).toThrow(/There is no .*nope/);
  rmSync(folder, { recursive: true });
});
