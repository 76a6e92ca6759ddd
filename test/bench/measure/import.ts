import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { BENCH, BUILD } from "../build.js";
import type { ClientName } from "../clients/client.js";
import { runNode } from "../run-node.js";
import type { Figures } from "../work/work.js";

const MODULES: Readonly<Record<ClientName, string>> = {
  stubwright: "@stubwright/copilot",
  peer: "@github/copilot-sdk",
  floor: "node:child_process",
};

/** P6: the time of an import in a fresh process; the floor imports what starts processes. */
export async function importTime(client: ClientName): Promise<Figures> {
  const program = join(BUILD, "measure", "import-once.js");
  return { milliseconds: Number(await runNode([program, MODULES[client]], { cwd: BENCH })) };
}

/**
 * P6: the size of a bundle of a program that uses the client. What a program loads only when it
 * first needs it (our validators) is a file of its own, and counted by itself.
 */
export async function bundleSize(client: "stubwright" | "peer"): Promise<Figures> {
  const entry = join(BUILD, `import-${client}.js`);
  writeFileSync(
    entry,
    `import { CopilotClient } from "${MODULES[client]}"; await new CopilotClient().start();`,
  );
  const { outputFiles, metafile } = await build({
    entryPoints: [entry],
    absWorkingDir: BENCH,
    outdir: join(BUILD, "bundles", client),
    write: false,
    metafile: true,
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    // Native code that no bundler can take in.
    external: ["koffi"],
    logLevel: "error",
  });
  const texts = new Map(outputFiles.map(({ path, contents }) => [path, contents]));
  const atOnce = new Set<string>();
  const load = (path: string): void => {
    if (atOnce.has(path)) return;
    atOnce.add(path);
    for (const { path: next, kind } of metafile.outputs[path]?.imports ?? []) {
      if (kind === "import-statement" && metafile.outputs[next]) load(next);
    }
  };
  // What is imported dynamically is an entry to esbuild, too.
  const [[first] = [""]] = Object.entries(metafile.outputs).filter(
    ([, { entryPoint }]) => entryPoint && join(BENCH, entryPoint) === entry,
  );
  load(first);
  const gzip = (paths: Iterable<string>) =>
    gzipSync(Buffer.concat([...paths].map((path) => texts.get(join(BENCH, path))!)), { level: 9 })
      .length;
  const later = Object.keys(metafile.outputs).filter((path) => !atOnce.has(path));
  return { gzipKb: gzip(atOnce) / 1000, laterKb: gzip(later) / 1000 };
}
