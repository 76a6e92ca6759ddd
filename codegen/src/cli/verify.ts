import { onStdout } from "../colors.js";
import { comesFromElsewhere, isLocked } from "../load/manifest.js";
import { loadSource } from "../load/source.js";
import { type CommonOptions, loadProtocols } from "./options.js";

/** `stubwright verify`: are the schemas the ones in the lock file? */
export async function verifySchemas(options: CommonOptions): Promise<void> {
  const verified = [];
  for (const { source } of await loadProtocols(options.config)) {
    const { manifest, documents } = loadSource(source);
    const files = documents.map(({ name, file, sha256 }) => ({ name, file, sha256 }));
    const { name, version } = manifest;
    verified.push({ name, version, locked: isLocked(manifest), files });
    if (options.json) continue;
    console.log(`${onStdout.bold(name)} ${version}`);
    for (const document of documents) {
      const isCore = document.role === "handwritten";
      const own = isCore || !comesFromElsewhere(manifest, manifest.files[document.name]);
      const what = own ? onStdout.dim("own     ") : onStdout.green("verified");
      console.log(`  ${what} ${document.name.padEnd(8)} ${onStdout.dim(document.sha256)}`);
    }
  }
  if (options.json) console.log(JSON.stringify(verified, null, 2));
}
