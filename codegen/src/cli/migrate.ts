import { createRequire } from "node:module";
import { onStdout } from "../colors.js";
import { migrate as migrateFiles } from "../migrate/index.js";

/** Options of `stubwright migrate`. */
export interface MigrateCommandOptions {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `stubwright migrate`: moves an app from `@github/copilot-sdk` to `@stubwright/copilot`. */
export function migrate(paths: readonly string[], options: MigrateCommandOptions): void {
  const { dryRun = false, json = false } = options;
  // The packages are released together.
  const { version } = createRequire(import.meta.url)("../../package.json") as { version: string };
  const files = migrateFiles({
    version: `^${version}`,
    dryRun,
    ...(paths.length > 0 && { paths }),
  });
  if (json) {
    console.log(JSON.stringify({ dryRun, files }, null, 2));
    return;
  }
  for (const { file, imports, isChanged, notes } of files) {
    const what =
      imports === 0 ? "the dependency" : imports === 1 ? "1 import" : `${imports} imports`;
    if (isChanged)
      console.log(`${onStdout.green(dryRun ? "would change" : "changed")} ${file}: ${what}`);
    for (const { line, message } of notes) {
      console.log(`${onStdout.yellow("by hand")} ${file}:${line} ${message}`);
    }
  }
  const changed = files.filter(({ isChanged }) => isChanged).length;
  const byHand = files.reduce((sum, { notes }) => sum + notes.length, 0);
  const verb = dryRun ? "would be changed" : "changed";
  console.log(`${changed} files ${verb}, ${byHand} places to look at by hand.`);
  if (changed > 0 && !dryRun) console.log("Next: npm install, then compile and run your tests.");
}
