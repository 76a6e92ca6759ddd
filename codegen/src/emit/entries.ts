import type { GeneratedFile } from "../generated.js";
import { exportTable, printFile } from "./file.js";
import { StructureKind } from "./libraries.js";

/** Emits an entry of the package: all that the named files export. */
export function emitEntry(path: string, from: readonly string[]): GeneratedFile {
  return printFile(
    path,
    from.map((file) => ({
      kind: StructureKind.ExportDeclaration,
      moduleSpecifier: `./${file.replace(/\.ts$/, ".js")}`,
    })),
  );
}

/** Emits the entry of the checks. */
export function emitValidators(): GeneratedFile {
  return printFile("validators.gen.ts", [
    {
      kind: StructureKind.ImportDeclaration,
      moduleSpecifier: "@stubwright/rpc/codegen/v1",
      isTypeOnly: true,
      namedImports: ["ValidatorSource"],
    },
    {
      kind: StructureKind.ImportDeclaration,
      moduleSpecifier: "@stubwright/rpc/validators",
      namedImports: ["createValidators"],
    },
    {
      kind: StructureKind.ImportDeclaration,
      moduleSpecifier: "./schemas.gen.js",
      namedImports: ["schemas"],
    },
    exportTable({
      doc: "Checks for every definition, compiled when first asked for.",
      name: "validators",
      type: "ValidatorSource",
      open: "createValidators(",
      lines: ["schemas,"],
      close: ")",
    }),
  ]);
}
