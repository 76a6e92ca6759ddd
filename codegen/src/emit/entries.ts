import { StructureKind } from "ts-morph";
import { exportTable, type GeneratedFile, printFile } from "./file.js";

/** Emits the package's entry: everything but the checks, which load when first needed. */
export function emitIndex(files: readonly GeneratedFile[]): GeneratedFile {
  return printFile(
    "index.gen.ts",
    files.map((file) => ({
      kind: StructureKind.ExportDeclaration,
      moduleSpecifier: `./${file.path.replace(/\.ts$/, ".js")}`,
    })),
  );
}

/** Emits the entry of the checks. */
export function emitValidators(): GeneratedFile {
  return printFile("validators.gen.ts", [
    {
      kind: StructureKind.ImportDeclaration,
      moduleSpecifier: "@stubwright/rpc",
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
