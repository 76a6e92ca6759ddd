import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { BENCH, BUILD } from "../build.js";
import { runNode } from "../run-node.js";
import { type Figures, seconds } from "../work/work.js";

const STUBWRIGHT = fileURLToPath(new URL("../../../codegen/bin/stubwright.js", import.meta.url));

/** P8: `stubwright generate`, first with nothing to go by, then with nothing changed. */
export async function generation(schemas: string): Promise<Figures> {
  const project = makeProject(schemas);
  const generate = () => runNode([STUBWRIGHT, "generate"], { cwd: project });
  const cold = await seconds(generate);
  const files = readdirSync(join(project, "out")).length;
  if (files < 5) throw new Error(`Only ${files} files were generated`);
  return { cold, unchanged: await seconds(generate) };
}

/** The floor of P8: types alone, by json-schema-to-typescript alone, without a formatter. */
export async function typesAlone(schemas: string): Promise<Figures> {
  const program = join(BUILD, "measure", "types-alone.js");
  return { cold: await seconds(() => runNode([program, ...schemaFiles(schemas)], { cwd: BENCH })) };
}

function schemaFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".schema.json"))
    .map((file) => join(folder, file));
}

/** A fresh project whose schemas are the folder's. */
function makeProject(schemas: string): string {
  const project = join(BUILD, "project");
  rmSync(project, { recursive: true, force: true });
  mkdirSync(join(project, "node_modules"), { recursive: true });
  for (const file of schemaFiles(schemas)) symlinkSync(file, join(project, basename(file)));
  const files = Object.fromEntries(
    schemaFiles(schemas).map((file) => [basename(file, ".schema.json"), basename(file)]),
  );
  const core = {
    scopes: { session: "sessionId", clientSession: "sessionId" },
    events: { SessionEvent: {} },
  };
  writeFileSync(join(project, "core.schema.json"), JSON.stringify(core));
  const source = {
    name: "copilot",
    version: "1.0.81",
    files,
    core: "core.schema.json",
  };
  writeFileSync(join(project, "source.json"), JSON.stringify(source));
  const config = { protocols: [{ source: "source.json", out: "out" }] };
  writeFileSync(
    join(project, "stubwright.config.mjs"),
    `export default ${JSON.stringify(config)};`,
  );
  writeFileSync(join(project, "stubwright.config.ts"), `export default ${JSON.stringify(config)};`);
  return project;
}
