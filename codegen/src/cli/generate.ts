import { relative } from "node:path";
import pc from "picocolors";
import { loadConfig } from "../config.js";
import { generateFiles, readProtocol } from "../generate.js";
import type { Protocol } from "../ir.js";
import { compare, type Drift, write } from "../output.js";

/** Options of `stubwright generate`. */
export interface GenerateOptions {
  readonly config: string;
  readonly check?: boolean;
  readonly printIr?: boolean;
  readonly json?: boolean;
}

/** `stubwright generate`: each protocol of the config in turn. */
export async function generate(options: GenerateOptions): Promise<void> {
  const { protocols } = await loadConfig(options.config);
  const reports = [];
  for (const { source, out } of protocols) {
    const started = performance.now();
    const protocol = readProtocol(source);
    if (options.printIr) {
      console.log(JSON.stringify(protocol, null, 2));
      continue;
    }
    const files = await generateFiles(protocol);
    const drift = options.check ? compare(out, files) : write(out, files);
    if (options.check && drift.stale.length > 0) process.exitCode = 1;
    reports.push({
      ...summary(protocol),
      out,
      ...drift,
      milliseconds: Math.round(performance.now() - started),
    });
    if (!options.json)
      print(protocol, out, drift, options.check === true, performance.now() - started);
  }
  if (options.json) console.log(JSON.stringify(reports, null, 2));
}

function summary(protocol: Protocol) {
  return {
    name: protocol.name,
    version: protocol.version,
    methods: protocol.methods.length,
    events: protocol.unions.reduce((sum, union) => sum + Object.keys(union.arms).length, 0),
    types: Object.keys(protocol.types).length,
  };
}

function print(protocol: Protocol, out: string, drift: Drift, check: boolean, ms: number): void {
  const { name, version, methods, events, types } = summary(protocol);
  const counts = `${methods} methods, ${events} events, ${types} types`;
  console.log(`${pc.bold(name)} ${version}  ${counts}  ${pc.dim(`${Math.round(ms)} ms`)}`);
  const folder = relative(process.cwd(), out);
  for (const path of drift.stale) {
    console.log(`  ${check ? pc.red("stale  ") : pc.green("written")} ${folder}/${path}`);
  }
  if (drift.stale.length === 0) console.log(`  ${pc.dim(`${folder} is up to date`)}`);
  else if (check) console.log(`${pc.cyan("help")}  Run stubwright generate and commit the result.`);
}
