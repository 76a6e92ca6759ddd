// What an app's bundle loads of the built client, and when.
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type Metafile } from "esbuild";
import { beforeAll, expect, test } from "vitest";

let files: Map<string, Uint8Array>;
let outputs: Metafile["outputs"];
let first: string;

beforeAll(async () => {
  const { outputFiles, metafile } = await build({
    stdin: {
      contents:
        'import { CopilotClient } from "@stubwright/copilot"; await new CopilotClient().start();',
      resolveDir: fileURLToPath(new URL("../", import.meta.url)),
    },
    absWorkingDir: "/",
    outdir: "/out",
    bundle: true,
    splitting: true,
    minify: true,
    metafile: true,
    format: "esm",
    platform: "node",
    external: ["koffi"],
    write: false,
  });
  files = new Map(outputFiles.map(({ path, contents }) => [path.slice(1), contents]));
  outputs = metafile.outputs;
  first = Object.keys(outputs).find((path) => outputs[path]?.entryPoint === "<stdin>") ?? "";
});

/** The files that load with one, itself included. */
function loadedWith(path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const { path: next, kind } of outputs[path]?.imports ?? []) {
    if (kind === "import-statement" && outputs[next]) loadedWith(next, seen);
  }
  return seen;
}

const text = (paths: Iterable<string>) =>
  [...paths].map((path) => Buffer.from(files.get(path) ?? "").toString()).join("");

/** What is loaded by an `import()` of what is loaded at once. */
function loadedLater(part: string): string {
  const later = [...loadedWith(first)].flatMap((path) => outputs[path]?.imports ?? []);
  const found = later.find(({ path, kind }) => kind === "dynamic-import" && path.includes(part));
  return text(loadedWith(found?.path ?? ""));
}

/** Words of what answers requests, of the schemas, and of what opens sessions. */
const DISPATCHER = "mapErrorToJSONRPCErrorResponse";
const SCHEMAS = "AbortData {";
const OPENER = "The option sessionId must be new";

test("at once are less than 26 KB, compressed, with none of what comes later", () => {
  const atOnce = text(loadedWith(first));
  expect(gzipSync(atOnce).length).toBeLessThan(26_000);
  for (const word of [DISPATCHER, SCHEMAS, OPENER]) expect(atOnce).not.toContain(word);
});

test("what connects comes with the first start, without what works on sessions", () => {
  const connecting = loadedLater("connect-parts");
  expect(connecting).toContain(DISPATCHER);
  expect(connecting).not.toContain(OPENER);
});

test("what works on sessions comes with the first of them, restoring included", () => {
  const working = loadedLater("session-parts");
  expect(working).toContain(OPENER);
  expect(working).toContain("rolledBack");
});
