import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { onStdout } from "../colors.js";
import { StubwrightError } from "../errors.js";
import { readProtocol } from "../generate.js";
import { isUrl, manifestOf } from "../load/manifest.js";
import { readJsonFile } from "../read-json.js";
import { exampleClient } from "./example-client.js";
import { generate } from "./generate.js";

/** Options of `stubwright init`. */
export interface InitOptions {
  readonly input?: string;
  readonly out?: string;
  /** Writes over a config that is there. */
  readonly force?: boolean;
}

const CONFIG = "stubwright.config.json";
const MANIFEST = "package.json";
const MANIFEST_FILE = {
  code: "CONFIG_INVALID",
  file: MANIFEST,
  remedy: "Correct the file.",
} as const;

/**
 * `stubwright init`: writes a config and scripts for a schema, generates, and prints a client that
 * runs. What no option says is asked, on a terminal.
 */
export async function init(options: InitOptions): Promise<void> {
  const input = options.input ?? (await ask("The schema, a file, folder or https URL", undefined));
  const out = options.out ?? (await ask("The folder for the generated files", "src/generated"));
  if (existsSync(CONFIG) && !options.force) {
    throw new StubwrightError("CONFIG_INVALID", `There is a ${CONFIG} already.`, {
      file: resolve(CONFIG),
      remedy: "Add the protocol to it, or write over it with --force.",
    });
  }
  const source = isUrl(input) ? writeSource(input) : toPath(input);
  const protocol = isUrl(input) ? undefined : readProtocol(resolve(source));
  const config = {
    $schema: "./node_modules/stubwright/schemas/config.schema.json",
    protocols: [{ source, out: toPath(out), docs: true }],
  };
  writeJson(CONFIG, config);
  addScript();
  if (isUrl(input)) await (await import("./update.js")).update({});
  await generate({});
  const model = protocol ?? readProtocol(resolve(source));
  console.log(`\n${onStdout.bold("A client, for example src/main.ts:")}\n`);
  console.log(exampleClient(model, `./${relative("src", out).replaceAll("\\", "/")}`));
  if (readJsonFile(MANIFEST_FILE).type !== "module") {
    console.log(`\n${onStdout.cyan("help")}  It needs "type": "module" in ${MANIFEST}.`);
  }
  console.log(
    `\n${onStdout.dim("npm install @stubwright/rpc && npm install --save-dev stubwright typescript @types/node")}`,
  );
}

async function ask(question: string, otherwise: string | undefined): Promise<string> {
  if (process.stdin.isTTY) {
    const lines = createInterface({ input: process.stdin, output: process.stdout });
    const hint = otherwise === undefined ? "" : ` (${otherwise})`;
    const answer = (await lines.question(`${question}${hint}: `)).trim();
    lines.close();
    if (answer || otherwise) return answer || (otherwise ?? "");
  }
  if (otherwise !== undefined) return otherwise;
  throw new StubwrightError("CONFIG_INVALID", "No schema was named.", {
    remedy: "Write stubwright init --input schema.json.",
  });
}

/** What comes from elsewhere is locked beside a source of its own. */
function writeSource(url: string): string {
  const file = "schema/source.json";
  const { name } = manifestOf(new URL(url).pathname);
  writeJson(file, {
    $schema: "../node_modules/stubwright/schemas/source.schema.json",
    name,
    files: { [name]: url },
  });
  return file;
}

function toPath(path: string): string {
  return relative(process.cwd(), resolve(path)).replaceAll("\\", "/") || ".";
}

/** Adds the script to a package.json; one is written if there is none. */
function addScript(): void {
  const before = existsSync(MANIFEST)
    ? readJsonFile(MANIFEST_FILE)
    : { private: true, type: "module" };
  const scripts = { ...(before.scripts as object | undefined) };
  if ("generate" in scripts) return;
  writeJson(MANIFEST, { ...before, scripts: { ...scripts, generate: "stubwright generate" } });
}

function writeJson(file: string, value: object): void {
  const text = `${JSON.stringify(value, null, 2)}\n`;
  if (existsSync(file) && readFileSync(file, "utf8") === text) return;
  mkdirSync(dirname(join(process.cwd(), file)), { recursive: true });
  writeFileSync(file, text);
  console.log(`  ${onStdout.green("written")} ${file}`);
}
