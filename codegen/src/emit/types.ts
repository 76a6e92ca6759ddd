import { compile } from "json-schema-to-typescript";
import { ts } from "ts-morph";
import type { Protocol } from "../ir.js";
import { type JsonSchema, mapSchema, refName, stripProse } from "../schema.js";
import { escapeComment, schemaDoc } from "./docs.js";
import { type GeneratedFile, printText } from "./file.js";
import { importFromHomes, type TypeHomes } from "./homes.js";

/** The schema whose properties are all definitions: how the compiler is handed them in one go. */
const ROOT = "StubwrightDefinitions";

/**
 * Emits one exported type per definition, each in its file.
 *
 * json-schema-to-typescript turns the schemas into declarations. References are given to it as the
 * final type names, so it neither follows nor renames anything. Its text is unindented; TypeScript's
 * own printer sets it, in a tenth of the time of a formatter.
 */
export async function emitTypes(protocol: Protocol, homes: TypeHomes): Promise<GeneratedFile[]> {
  const declarations = await declareTypes(protocol);
  return [...new Set(homes.values())].map((path) => {
    const names = Object.keys(protocol.types).filter((name) => homes.get(name) === path);
    const used = names.flatMap((name) => referencesOf(protocol.types[name] ?? {}));
    const texts = names.map((name) => declarations.get(name) ?? "");
    return printText(path, importFromHomes(homes, used, path), texts);
  });
}

/** Declared name to declaration. */
async function declareTypes(protocol: Protocol): Promise<Map<string | undefined, string>> {
  const properties = Object.fromEntries(
    Object.entries(protocol.types).map(([name, schema]) => [name, withNames(name, schema)]),
  );
  const text = await compile({ title: ROOT, type: "object", properties } as object, ROOT, {
    bannerComment: "",
    format: false,
    ignoreMinAndMaxItems: true,
  });
  const file = ts.createSourceFile("types.ts", text, ts.ScriptTarget.ES2023, true);
  const { transformed } = ts.transform(file, [unwrapTypes]);
  const printer = ts.createPrinter();
  return new Map(
    transformed[0]?.statements.map((statement) => [
      declaredName(statement),
      printer.printNode(ts.EmitHint.Unspecified, statement, file),
    ]),
  );
}

/**
 * The schema with references as type names, comments as descriptions, and its own name as the only
 * title in it.
 */
function withNames(name: string, schema: JsonSchema): JsonSchema {
  const named = mapSchema(schema, (node) => {
    const doc = escapeComment(schemaDoc(node));
    const { properties, ...flat } = node;
    const bare = { ...stripProse(flat), ...(properties && { properties }) };
    return { ...typed(bare), ...(doc && { description: doc }) };
  });
  return { ...named, title: name };
}

function typed(node: JsonSchema): JsonSchema {
  if (typeof node.$ref === "string") return { tsType: refName(node.$ref) };
  return Object.keys(node).length === 0 ? { tsType: "unknown" } : node;
}

function referencesOf(schema: JsonSchema): string[] {
  const names: string[] = [];
  mapSchema(schema, (node) => {
    if (typeof node.$ref === "string") names.push(refName(node.$ref));
    return node;
  });
  return names;
}

/** Drops the parentheses around the whole type of an alias or a member, which add nothing. */
const unwrapTypes: ts.TransformerFactory<ts.SourceFile> = (context) => (file) => {
  const visit = (node: ts.Node): ts.Node => {
    const bare = ts.isParenthesizedTypeNode(node) && isWholeType(node.parent) ? node.type : node;
    return ts.visitEachChild(bare, visit, context);
  };
  return ts.visitEachChild(file, visit, context);
};

function isWholeType(parent: ts.Node): boolean {
  return ts.isTypeAliasDeclaration(parent) || ts.isPropertySignature(parent);
}

function declaredName(statement: ts.Statement): string | undefined {
  if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) {
    return statement.name.text;
  }
  return undefined;
}
