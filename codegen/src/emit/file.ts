import type {
  ImportDeclarationStructure,
  SourceFileStructure,
  CodeBlockWriter as Writer,
  WriterFunction,
} from "ts-morph";
import { BANNER, type GeneratedFile } from "../generated.js";
import { escapeComment } from "./docs.js";
import { CodeBlockWriter, IndentationText, Project, StructureKind } from "./libraries.js";

/** Prints a file from its parts; ts-morph owns imports, declarations and indentation. */
export function printFile(path: string, statements: Statements): GeneratedFile {
  // A file with nothing in it is still a module.
  return toFile(path, print(path, statements) || "export {};\n");
}

/** Prints a file whose declarations are set already, below its imports. */
export function printText(
  path: string,
  imports: readonly ImportDeclarationStructure[],
  declarations: readonly string[],
): GeneratedFile {
  const head = imports.length > 0 ? print(path, [...imports]) : "";
  const body = declarations.join("\n\n") || "export {};";
  return toFile(path, `${head}${head && "\n"}${body}\n`);
}

/** The text that a writer function writes. ts-morph would parse it again; a long table is spared that. */
export function writeText(write: WriterFunction): string {
  const writer = new CodeBlockWriter({ indentNumberOfSpaces: 2 });
  write(writer);
  return writer.toString().trim();
}

/** Writes a comment: on a line of its own if its text has one line. */
export function writeDoc(writer: Writer, text: string): void {
  const lines = text.split("\n");
  if (lines.length === 1) writer.writeLine(`/** ${text} */`);
  else {
    writer.writeLine("/**");
    for (const line of lines) writer.writeLine(` * ${line}`.trimEnd());
    writer.writeLine(" */");
  }
}

type Statements = SourceFileStructure["statements"];

function print(path: string, statements: Statements): string {
  const project = new Project({
    useInMemoryFileSystem: true,
    manipulationSettings: { indentationText: IndentationText.TwoSpaces },
  });
  return project.createSourceFile(path, { statements }).getFullText().trimStart();
}

function toFile(path: string, text: string): GeneratedFile {
  return { path, text: `${BANNER}\n\n${text}` };
}

/** A type-only import with one name a line, so that an added name is a one-line change. */
export function importTypes(from: string, names: Iterable<string>): ImportDeclarationStructure {
  const sorted = [...new Set(names)].sort();
  return {
    kind: StructureKind.ImportDeclaration,
    isTypeOnly: true,
    moduleSpecifier: from,
    namedImports: (writer) => {
      writer.newLine().withIndentationLevel(1, () => {
        for (const name of sorted) writer.writeLine(`${name},`);
      });
    },
  };
}

/** An exported constant whose initializer is a list or a map, one entry a line. */
export function exportTable(table: {
  readonly doc: string;
  readonly name: string;
  readonly type: string;
  readonly open: string;
  readonly lines: readonly string[];
  readonly close: string;
}): WriterFunction {
  return (writer) => {
    writer.blankLine().writeLine(`/** ${escapeComment(table.doc)} */`);
    writer.writeLine(`export const ${table.name}: ${table.type} = ${table.open}`);
    writer.withIndentationLevel(1, () => {
      for (const line of table.lines) writer.writeLine(line);
    });
    writer.writeLine(`${table.close};`);
  };
}
