import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript-oldest";
import { expect, test } from "vitest";
import { DIFFERENT } from "./different.js";

const require = createRequire(import.meta.url);
const folder = dirname(fileURLToPath(import.meta.url));
const theirs = join(dirname(require.resolve("@github/copilot-sdk")).replace(/dist.*$/, "dist"));
const established = join(theirs, "index.d.ts");
const ours = join(folder, "../../../packages/copilot/src/index.ts");
const file = join(folder, "mixed.ts");

const options: ts.CompilerOptions = {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ES2022,
  customConditions: ["@stubwright/source"],
  allowImportingTsExtensions: true,
  types: ["node"],
  strict: true,
  noEmit: true,
  skipLibCheck: true,
};

/** The types that both packages export, those aside that take parameters. */
function sharedTypes(): string[] {
  const program = ts.createProgram([established, ours], options);
  const checker = program.getTypeChecker();
  const typesOf = (path: string) => {
    const source = program.getSourceFile(path);
    const module = source && checker.getSymbolAtLocation(source);
    if (!module) throw new Error(`${path} is no module.`);
    return checker.getExportsOfModule(module).flatMap((symbol) => {
      const alias = symbol.flags & ts.SymbolFlags.Alias;
      const target = alias ? checker.getAliasedSymbol(symbol) : symbol;
      return target.flags & ts.SymbolFlags.Type ? [{ name: symbol.name, target }] : [];
    });
  };
  const own = new Set(typesOf(ours).map(({ name }) => name));
  return typesOf(established)
    .filter(({ name, target }) => own.has(name) && !takesParameters(target))
    .map(({ name }) => name);
}

function takesParameters({ declarations = [] }: ts.Symbol): boolean {
  return declarations.some((declaration) => {
    const { typeParameters = [] } = declaration as ts.TypeAliasDeclaration;
    return typeParameters.some((parameter) => parameter.default === undefined);
  });
}

/** Compiles a text as if it stood in a file beside this one. @returns The lines with errors. */
function linesWithErrors(text: string): Set<number> {
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists, getSourceFile } = host;
  host.readFile = (path) => (path === file ? text : readFile.call(host, path));
  host.fileExists = (path) => path === file || fileExists.call(host, path);
  host.getSourceFile = (path, ...rest) =>
    path === file
      ? ts.createSourceFile(path, text, ts.ScriptTarget.ES2022)
      : getSourceFile.call(host, path, ...rest);
  const program = ts.createProgram([file], options, host);
  const source = program.getSourceFile(file);
  if (!source) throw new Error("There is no program.");
  return new Set(
    program
      .getSemanticDiagnostics(source)
      .map(({ start = 0 }) => source.getLineAndCharacterOfPosition(start).line),
  );
}

const HEAD = [
  'import type * as Theirs from "@github/copilot-sdk";',
  'import type * as Ours from "../../../packages/copilot/src/index.ts";',
];

test("P1 what either package's types describe fits the other's", { timeout: 120_000 }, () => {
  const cases = sharedTypes().flatMap((name) => [
    { what: `${name}: theirs is ours`, line: `null! as Theirs.${name} satisfies Ours.${name};` },
    { what: `${name}: ours is theirs`, line: `null! as Ours.${name} satisfies Theirs.${name};` },
  ]);
  expect(cases.length).toBeGreaterThan(1_350);
  const wrong = linesWithErrors([...HEAD, ...cases.map(({ line }) => line)].join("\n"));
  const differing = cases.filter((_, n) => wrong.has(n + HEAD.length)).map(({ what }) => what);
  expect(differing.sort()).toEqual(Object.keys(DIFFERENT).sort());
});

/** Programs that give values of the one package to the other. */
const MIXED: readonly string[] = [
  "(s: Ours.CopilotSession, h: Theirs.SessionEventHandler) => s.on(h);",
  "(s: Ours.CopilotSession, h: (e: Theirs.SessionEvent) => void) => s.on(h);",
  '(s: Ours.CopilotSession, h: (e: Theirs.SessionEventPayload<"tool.execution_complete">) => void) => s.on("tool.execution_complete", h);',
  "(s: Theirs.CopilotSession, h: (e: Ours.SessionEvent) => void) => s.on(h);",
  '(s: Theirs.CopilotSession, h: (e: Ours.SessionEventPayload<"user.message">) => void) => s.on("user.message", h);',
  "(e: Ours.SessionEvent): string | undefined => e.type === 'assistant.message' ? (e satisfies Theirs.AssistantMessageEvent).data.content : undefined;",
  "(c: Ours.CopilotClient, h: Theirs.SessionLifecycleHandler) => c.onLifecycle(h);",
  '(c: Theirs.CopilotClient, h: Ours.TypedSessionLifecycleHandler<"session.deleted">) => c.onLifecycle("session.deleted", h);',
  "(c: Ours.CopilotClient, o: Omit<Theirs.SessionConfig, 'createSessionFsProvider'>) => c.createSession(o);",
  "(c: Ours.CopilotClient, o: Omit<Theirs.ResumeSessionConfig, 'createSessionFsProvider'>) => c.resumeSession('id', o);",
  "(s: Ours.CopilotSession, m: Theirs.MessageOptions) => s.sendAndWait(m, 1_000);",
  "(o: Omit<Theirs.CopilotClientOptions, 'requestHandler'>) => o satisfies Ours.CopilotClientOptions;",
  "(t: Theirs.Tool) => t satisfies Ours.Tool;",
  "async (c: Ours.CopilotClient): Promise<Theirs.ModelInfo[]> => c.listModels();",
  "async (c: Ours.CopilotClient): Promise<Theirs.SessionMetadata[]> => c.listSessions();",
  "async (c: Ours.CopilotClient): Promise<Theirs.GetAuthStatusResponse> => c.getAuthStatus();",
  "async (s: Ours.CopilotSession): Promise<Theirs.AssistantMessageEvent | undefined> => s.sendAndWait('a');",
  "(r: Ours.ToolResultObject) => r satisfies Record<string, unknown>;",
];

test("P1 programs that mix both packages compile", { timeout: 120_000 }, () => {
  const wrong = linesWithErrors([...HEAD, ...MIXED].join("\n"));
  expect(MIXED.filter((_, n) => wrong.has(n + HEAD.length))).toEqual([]);
});
