import { compile } from "json-schema-to-typescript";
import { ts } from "ts-morph";
import type { Protocol } from "../ir.js";
import { type JsonSchema, mapSchema, refName, stripProse } from "../schema.js";
import { BANNER, type GeneratedFile } from "./file.js";

/** The schema whose properties are all definitions: how the compiler is handed them in one go. */
const ROOT = "StubwrightDefinitions";

/**
 * Emits one exported type per definition.
 *
 * json-schema-to-typescript turns the schemas into declarations. References are given to it as the
 * final type names, so it neither follows nor renames anything. Its text is unindented; TypeScript's
 * own printer sets it, in a tenth of the time of a formatter.
 */
export async function emitTypes(protocol: Protocol): Promise<GeneratedFile> {
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
  const printer = ts.createPrinter({ removeComments: true });
  const declarations = new Map(
    transformed[0]?.statements.map((statement) => [
      declaredName(statement),
      printer.printNode(ts.EmitHint.Unspecified, statement, file),
    ]),
  );
  const texts = Object.keys(protocol.types).map((name) => declarations.get(name));
  return { path: "types.gen.ts", text: `${BANNER}\n\n${texts.join("\n\n")}\n` };
}

/** The schema with references as type names, and its own name as the only title in it. */
function withNames(name: string, schema: JsonSchema): JsonSchema {
  const named = mapSchema(stripProse(schema), (node) => {
    if (typeof node.$ref === "string") return { tsType: refName(node.$ref) };
    return Object.keys(node).length === 0 ? { tsType: "unknown" } : node;
  });
  return { ...named, title: name };
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
