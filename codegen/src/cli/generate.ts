import { resolve } from "node:path";
import { GenerationCache } from "../cache.js";
import { onStdout } from "../colors.js";
import type { ProtocolConfig } from "../config.js";
import { StubwrightError, type StubwrightWarning } from "../errors.js";
import type { Protocol } from "../ir.js";
import { openSource, parseSource } from "../load/source.js";
import { compare, type Drift, write } from "../output.js";
import { printError, printWarnings } from "./error.js";
import { EXIT } from "./exit-codes.js";
import { type CommonOptions, loadProtocols, shown } from "./options.js";
import { Progress } from "./progress.js";

/** Options of `stubwright generate`. */
export interface GenerateOptions extends CommonOptions {
  readonly check?: boolean;
  readonly docs?: boolean;
  /** A schema, a folder of schemas or a source, in place of a config. */
  readonly input?: string;
  readonly out?: string;
  readonly printIr?: boolean;
  readonly watch?: boolean;
}

/** What came of one protocol. */
interface Outcome extends Drift {
  readonly name: string;
  readonly version: string;
  readonly out: string;
  /** What each schema was read as; absent when nothing had changed and nothing was read. */
  readonly formats?: Protocol["source"]["formats"];
  /** Counts; absent when nothing had changed and nothing was read. */
  readonly counts?: { readonly methods: number; readonly events: number; readonly types: number };
  readonly milliseconds: number;
  /** What in the schemas has no effect, and may be meant to have one. */
  readonly warnings: readonly StubwrightWarning[];
}

/** `stubwright generate`: each protocol of the config in turn. */
export async function generate(options: GenerateOptions): Promise<void> {
  const out = options.out === undefined ? undefined : resolve(options.out);
  const protocols = options.input
    ? [withoutConfig(options.input, out, options)]
    : await loadProtocols(options.config, out);
  if (options.printIr) {
    const warnings: StubwrightWarning[] = [];
    const { readProtocol } = await import("../generate.js");
    const models = protocols.map(({ source }) =>
      readProtocol(source, (warning) => warnings.push(warning)),
    );
    printWarnings(warnings);
    console.log(JSON.stringify(models.length === 1 ? models[0] : models, null, 2));
    return;
  }
  await generateAll(protocols, options);
  if (options.watch) {
    const { watchSources } = await import("./watch.js");
    const again = (changed: readonly ProtocolConfig[]) => generateAll(changed, options);
    await watchSources(protocols, again, (error) => printError(error, options.json));
  }
}

/** What is generated where there is no config: comments belong to one's own code as a rule. */
function withoutConfig(
  input: string,
  out: string | undefined,
  { docs = true, printIr, config }: GenerateOptions,
): ProtocolConfig {
  const problem = config
    ? "--input takes the place of a config."
    : out === undefined && !printIr
      ? "--input needs --out, the folder for the generated files."
      : undefined;
  if (problem !== undefined) {
    throw new StubwrightError("CONFIG_INVALID", problem, {
      remedy: "Write stubwright generate --input schema.json --out src/generated.",
    });
  }
  return { source: resolve(input), out: out ?? "", docs };
}

async function generateAll(
  protocols: readonly ProtocolConfig[],
  options: GenerateOptions,
): Promise<void> {
  const outcomes: Outcome[] = [];
  for (const protocol of protocols) {
    const outcome = await generateOne(protocol, options);
    if (options.check && outcome.stale.length > 0) process.exitCode = EXIT.stale;
    if (!options.json) {
      print(outcome, options.check === true);
      printWarnings(outcome.warnings);
    }
    outcomes.push(outcome);
  }
  if (options.json) console.log(JSON.stringify(outcomes, null, 2));
}

async function generateOne(
  { source, out, docs, jsonValues = false }: ProtocolConfig,
  options: GenerateOptions,
): Promise<Outcome> {
  const started = performance.now();
  const progress = new Progress(!options.json);
  try {
    progress.step("Reading the schemas");
    const opened = openSource(source);
    const { name, version } = opened.manifest;
    const emitOptions = { docs: options.docs ?? docs ?? false, jsonValues };
    const cache = new GenerationCache(opened, out, emitOptions);
    const unchanged = cache.unchanged();
    const elapsed = () => Math.round(performance.now() - started);
    if (unchanged) {
      const { paths, warnings } = unchanged;
      const drift = { stale: [], removed: [], unchanged: paths };
      return { name, version, out, ...drift, milliseconds: elapsed(), warnings };
    }
    const { generateFiles, toCallable } = await import("../generate.js");
    const warnings: StubwrightWarning[] = [];
    const protocol = toCallable(parseSource(opened), (warning) => warnings.push(warning));
    progress.step(`Emitting ${protocol.methods.length} methods`);
    const files = await generateFiles(protocol, emitOptions);
    const drift = options.check ? compare(out, files) : write(out, files);
    if (!options.check) cache.store(files, warnings);
    const counts = count(protocol);
    const { formats } = protocol.source;
    return { name, version, out, ...drift, formats, counts, milliseconds: elapsed(), warnings };
  } finally {
    progress.done();
  }
}

function count(protocol: Protocol) {
  return {
    methods: protocol.methods.length,
    events: protocol.unions.reduce((sum, union) => sum + Object.keys(union.arms).length, 0),
    types: Object.keys(protocol.types).length,
  };
}

function print(outcome: Outcome, check: boolean): void {
  const { name, version, out, stale, removed, counts, milliseconds } = outcome;
  const formats = [...new Set(Object.values(outcome.formats ?? {}))];
  const readAs = formats.length > 0 ? `${formats.join(", ")}  ` : "";
  const size = counts
    ? `${counts.methods} methods, ${counts.events} events, ${counts.types} types  `
    : "";
  console.log(
    `${onStdout.bold(name)} ${version}  ${readAs}${size}${onStdout.dim(`${milliseconds} ms`)}`,
  );
  for (const path of stale) {
    const done = removed.includes(path) ? onStdout.yellow("removed") : onStdout.green("written");
    console.log(`  ${check ? onStdout.red("stale  ") : done} ${shown(out)}/${path}`);
  }
  if (stale.length === 0) console.log(`  ${onStdout.dim(`${shown(out)} is up to date`)}`);
  else if (check)
    console.log(`${onStdout.cyan("help")}  Run stubwright generate and commit the result.`);
}
