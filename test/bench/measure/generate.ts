import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { BENCH, BUILD } from "../build.js";
import { runNode } from "../run-node.js";
import { type Figures, seconds } from "../work/work.js";

const STUBWRIGHT = fileURLToPath(new URL("../../../codegen/bin/stubwright.js", import.meta.url));

/** Makes a program print the most memory that it had, in kilobytes, when it ends. */
const TELL_MEMORY =
  'data:text/javascript,process.on("exit",()=>console.log("peak "+process.resourceUsage().maxRSS))';

/**
 * P8: `stubwright generate`, first with nothing to go by, then with nothing changed; and what twice
 * as many definitions cost.
 */
export async function generation(schemas: string): Promise<Figures> {
  const cold = await generate(makeProject(schemas));
  const unchanged = await generate(join(BUILD, "project"));
  const twice = await generate(makeProject(schemas, withCopies));
  return {
    cold: cold.seconds,
    peakMb: cold.peakMb,
    unchanged: unchanged.seconds,
    growth: twice.seconds / cold.seconds,
  };
}

async function generate(project: string) {
  let output = "";
  const time = await seconds(async () => {
    output = await runNode(["--import", TELL_MEMORY, STUBWRIGHT, "generate"], { cwd: project });
  });
  const files = readdirSync(join(project, "out")).length;
  if (files < 5) throw new Error(`Only ${files} files were generated`);
  return { seconds: time, peakMb: Number(/^peak (\d+)$/m.exec(output)?.[1]) / 1000 };
}

/** A schema with each of its definitions a second time, under another name. */
function withCopies(text: string): string {
  const schema = JSON.parse(text);
  const renamed = text.replaceAll(/"#\/definitions\/(\w+)"/g, '"#/definitions/$1Copy"');
  const copies = Object.entries(JSON.parse(renamed).definitions as object);
  const named = Object.fromEntries(copies.map(([name, copy]) => [`${name}Copy`, copy]));
  return JSON.stringify({ ...schema, definitions: { ...schema.definitions, ...named } });
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

/** A fresh project whose schemas are the folder's, or made of them. */
function makeProject(schemas: string, change?: (text: string) => string): string {
  const project = join(BUILD, "project");
  rmSync(project, { recursive: true, force: true });
  mkdirSync(join(project, "node_modules"), { recursive: true });
  for (const file of schemaFiles(schemas)) {
    const own = join(project, basename(file));
    if (change) writeFileSync(own, change(readFileSync(file, "utf8")));
    else symlinkSync(file, own);
  }
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
