import type { ts as TS } from "ts-morph";
import type { GeneratedFile } from "../generated.js";
import type { Protocol } from "../ir.js";
import { type JsonSchema, mapSchema, refName } from "../schema.js";
import { escapeComment, schemaDoc } from "./docs.js";
import { printText } from "./file.js";
import { importFromHomes, type TypeHomes } from "./homes.js";
import { compile, ts } from "./libraries.js";
import { literalType } from "./literal.js";

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

/** Type name to declaration. */
async function declareTypes(protocol: Protocol): Promise<Map<string | undefined, string>> {
  const names = Object.keys(protocol.types);
  const share = sharer();
  const properties = Object.fromEntries(
    names.map((name, index) => [name, withNames(`T${index}`, protocol.types[name] ?? {}, share)]),
  );
  const text = await compile({ title: ROOT, type: "object", properties } as object, ROOT, {
    bannerComment: "",
    format: false,
    ignoreMinAndMaxItems: true,
    // References are names by now: there is nothing to look for.
    $refOptions: {
      resolve: { external: false },
      dereference: { excludedPathMatcher: () => true },
    },
  });
  const file = ts.createSourceFile("types.ts", text, ts.ScriptTarget.ES2023);
  const finalName = (stand: string) => names[Number(stand.slice(1))] ?? stand;
  const { transformed } = ts.transform(file, [unwrapTypes, renameDeclarations(finalName)]);
  const printer = ts.createPrinter();
  return new Map(
    transformed[0]?.statements.map((statement) => [
      declaredName(statement),
      printer.printNode(ts.EmitHint.Unspecified, statement, file),
    ]),
  );
}

/** The keywords that decide a type. The compiler is shown no others: it stumbles over some. */
const SHAPE = new Set([
  "$ref",
  "additionalItems",
  "additionalProperties",
  "allOf",
  "anyOf",
  "const",
  "enum",
  "items",
  "not",
  "oneOf",
  "patternProperties",
  "properties",
  "required",
  "type",
]);

/**
 * The schema with references as type names, comments as descriptions, and one title: a stand-in for
 * its name, because the compiler changes names that it does not like.
 */
function withNames(
  stand: string,
  schema: JsonSchema,
  share: (node: JsonSchema) => JsonSchema,
): JsonSchema {
  const named = mapSchema(schema, (node) => {
    const doc = escapeComment(schemaDoc(node));
    const shape = Object.fromEntries(Object.entries(node).filter(([key]) => SHAPE.has(key)));
    return share({ ...typed(shape), ...(doc && { description: doc }) });
  });
  return { ...named, title: stand };
}

/**
 * Makes equal schemas one object. The compiler goes over all it is given some thirty times, but
 * visits an object once, and most members are one of a few hundred different ones.
 */
function sharer(): (node: JsonSchema) => JsonSchema {
  const known = new Map<string, JsonSchema>();
  return (node) => {
    const text = JSON.stringify(node);
    const same = known.get(text);
    if (same === undefined) known.set(text, node);
    return same ?? node;
  };
}

function typed(node: JsonSchema): JsonSchema {
  const values = node.enum ?? ("const" in node ? [node.const] : []);
  // The compiler reads a value that is an object as if it were a schema.
  if (values.some((value) => typeof value === "object" && value !== null)) {
    return { tsType: [...new Set(values.map(literalType))].join(" | ") };
  }
  if (typeof node.$ref === "string") return { tsType: refName(node.$ref) };
  // Nodes are visited from the leaves up: the schema inside `not`, if empty, is a type by now.
  if (node.not?.tsType === "unknown") return { tsType: "never" };
  if (Object.keys(node).every((key) => key === "not")) return { tsType: "unknown" };
  return node.patternProperties ? withoutPatterns(node) : node;
}

/** TypeScript has no names by pattern: a member that one matches is any other member to it. */
function withoutPatterns({ patternProperties, ...node }: JsonSchema): JsonSchema {
  const patterns = Object.values(patternProperties as Record<string, JsonSchema>);
  const { additionalProperties: others = true } = node;
  if (others === true || patterns.length === 0) return node;
  return { ...node, additionalProperties: { anyOf: others ? [...patterns, others] : patterns } };
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
const unwrapTypes: TS.TransformerFactory<TS.SourceFile> = (context) => (file) => {
  const visit = (node: TS.Node): TS.Node => {
    const inside = isWholeType(node) ? visitWhole : visit;
    return ts.visitEachChild(node, inside, context);
  };
  const visitWhole = (node: TS.Node) => visit(ts.isParenthesizedTypeNode(node) ? node.type : node);
  return ts.visitEachChild(file, visit, context);
};

/** Gives each declaration its final name in place of the stand-in. */
function renameDeclarations(
  finalName: (stand: string) => string,
): TS.TransformerFactory<TS.SourceFile> {
  const { factory } = ts;
  const rename = (node: TS.Statement) => {
    if (ts.isInterfaceDeclaration(node)) {
      const { modifiers, typeParameters, heritageClauses, members } = node;
      const name = factory.createIdentifier(finalName(node.name.text));
      return factory.updateInterfaceDeclaration(
        node,
        modifiers,
        name,
        typeParameters,
        heritageClauses,
        members,
      );
    }
    if (!ts.isTypeAliasDeclaration(node)) return node;
    const name = factory.createIdentifier(finalName(node.name.text));
    return factory.updateTypeAliasDeclaration(
      node,
      node.modifiers,
      name,
      node.typeParameters,
      node.type,
    );
  };
  return () => (file) => factory.updateSourceFile(file, file.statements.map(rename));
}

/** Whether the type inside a node is the whole of a type. */
function isWholeType(node: TS.Node): boolean {
  return ts.isTypeAliasDeclaration(node) || ts.isPropertySignature(node);
}

function declaredName(statement: TS.Statement): string | undefined {
  if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) {
    return statement.name.text;
  }
  return undefined;
}
