import type { GeneratedFile } from "../generated.js";
import { exportTable, printFile } from "./file.js";

/** Emits an entry of the package: all that the named files export. */
export function emitEntry(path: string, from: readonly string[]): GeneratedFile {
  const exports = from.map((file) => `export * from "./${file.replace(/\.ts$/, ".js")}";`);
  return printFile(path, exports, []);
}

/** Emits the entry of the checks. */
export function emitValidators(): GeneratedFile {
  return printFile(
    "validators.gen.ts",
    [
      'import type { ValidatorSource } from "@stubwright/rpc/codegen/v1";',
      'import { createValidators } from "@stubwright/rpc/validators";',
      'import { schemas } from "./schemas.gen.js";',
    ],
    [
      exportTable({
        doc: "Checks for every definition, compiled when first asked for.",
        name: "validators",
        type: "ValidatorSource",
        open: "createValidators(",
        lines: ["schemas,"],
        close: ")",
      }),
    ],
  );
}
