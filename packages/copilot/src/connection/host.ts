import { basename } from "node:path";

/** The program that this package runs in, as far as it matters for starting another one. */
export interface Host {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** The program itself. */
  readonly execPath: string;
  /** What it runs; undefined if nothing, or that is unknown. */
  readonly main: string | undefined;
  /** How it runs a JavaScript file. */
  readonly runsScripts: "as-node" | "as-electron" | "not-at-all";
}

/** This process. */
export function thisHost(): Host {
  const { platform, arch, execPath, argv } = process;
  return { platform, arch, execPath, main: argv[1], runsScripts: runsScripts() };
}

function runsScripts(): Host["runsScripts"] {
  // Electron's program is the app itself. It is a Node only if it is told to be one.
  if (process.versions.electron !== undefined) return "as-electron";
  const isSingleExecutable =
    process.getBuiltinModule("node:sea")?.isSea() === true ||
    "pkg" in process ||
    (process.versions.bun !== undefined && !/^bun/i.test(basename(process.execPath)));
  return isSingleExecutable ? "not-at-all" : "as-node";
}
