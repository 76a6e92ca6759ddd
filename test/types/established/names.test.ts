import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript-oldest";
import { expect, test } from "vitest";

const require = createRequire(import.meta.url);
const folder = dirname(fileURLToPath(import.meta.url));

/** The names that a module exports, and whether each is a value, too. */
function namesOf(program: ts.Program, file: string): Map<string, boolean> {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  if (!module) throw new Error(`${file} is no module.`);
  return new Map(
    checker.getExportsOfModule(module).map((symbol) => {
      const alias = symbol.flags & ts.SymbolFlags.Alias;
      const { flags } = alias ? checker.getAliasedSymbol(symbol) : symbol;
      return [symbol.name, (flags & ts.SymbolFlags.Value) !== 0];
    }),
  );
}

test("P1 every name that the established SDK exports is exported here", { timeout: 60_000 }, () => {
  const manifest = dirname(require.resolve("@github/copilot-sdk"));
  const theirs = join(manifest.replace(/dist.*$/, "dist"), "index.d.ts");
  const ours = join(folder, "../../../packages/copilot/src/index.ts");
  const program = ts.createProgram([theirs, ours], {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    customConditions: ["@stubwright/source"],
    types: ["node"],
    skipLibCheck: true,
  });
  const wanted = namesOf(program, theirs);
  const had = namesOf(program, ours);
  const missing = [...wanted].filter(([name, isValue]) =>
    isValue ? had.get(name) !== true : !had.has(name),
  );
  expect(wanted.size).toBe(735);
  expect(missing.map(([name]) => name)).toEqual([]);
});
