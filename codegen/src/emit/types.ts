import type { ts as TS } from "ts-morph";
import type { GeneratedFile } from "../generated.js";
import type { Protocol } from "../ir.js";
import { type JsonSchema, mapSchema } from "../schema.js";
import { toCompilerInput } from "./compiler-input.js";
import { printText } from "./file.js";
import { importFromHomes, referencesOf, type TypeHomes } from "./homes.js";
import { compile, ts } from "./libraries.js";
import { StandIns } from "./stand-ins.js";

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

/** The schema whose properties are all definitions: how the compiler is handed them in one go. */
const ROOT = "Root";

/** Type name to declaration. */
async function declareTypes({ types }: Protocol): Promise<Map<string, string>> {
  const names = Object.keys(types);
  const share = sharer();
  const members = new StandIns("M");
  const properties = Object.fromEntries(
    names.map((name, index) => {
      const input = toCompilerInput(types[name] ?? {}, types);
      // One title: a stand-in for its name, because the compiler changes names that it does not like.
      return [
        `T${index}`,
        { ...mapSchema(input, (node) => share(members.hide(node))), title: `T${index}` },
      ];
    }),
  );
  const text = await compile({ title: ROOT, type: "object", properties } as object, ROOT, {
    bannerComment: "",
    format: false,
    maxItems: -1,
    // References are names by now: there is nothing to look for.
    $refOptions: {
      resolve: { external: false },
      dereference: { excludedPathMatcher: () => true },
    },
  });
  const file = ts.createSourceFile("types.ts", text, ts.ScriptTarget.ES2023);
  const finalName = (stand: string) => names[Number(stand.slice(1))] ?? stand;
  const { transformed } = ts.transform(file, [
    unwrapTypes,
    renameMembers(members),
    renameDeclarations(finalName),
  ]);
  const printer = ts.createPrinter(UNESCAPED);
  const declared = new Map<string, string>();
  for (const statement of transformed[0]?.statements ?? []) {
    const name = declaredName(statement);
    if (name === undefined) continue;
    declared.set(name, printer.printNode(ts.EmitHint.Unspecified, statement, file));
  }
  return declared;
}

/** Names of any script are printed as they are; the declarations of TypeScript hide the option. */
const UNESCAPED: TS.PrinterOptions & { readonly neverAsciiEscape: boolean } = {
  neverAsciiEscape: true,
};

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

/** Drops the parentheses around the whole type of an alias or a member, which add nothing. */
const unwrapTypes: TS.TransformerFactory<TS.SourceFile> = (context) => (file) => {
  const visit = (node: TS.Node): TS.Node => {
    const inside = isWholeType(node) ? visitWhole : visit;
    return ts.visitEachChild(node, inside, context);
  };
  const visitWhole = (node: TS.Node) => visit(ts.isParenthesizedTypeNode(node) ? node.type : node);
  return ts.visitEachChild(file, visit, context);
};

/** Gives each member that has a stand-in its own name back. */
function renameMembers(members: StandIns): TS.TransformerFactory<TS.SourceFile> {
  return (context) => (file) => {
    if (members.size === 0) return file;
    const visit = (node: TS.Node): TS.Node => {
      const inner = ts.visitEachChild(node, visit, context);
      if (!ts.isPropertySignature(inner) || ts.isComputedPropertyName(inner.name)) return inner;
      const name = members.nameOf(inner.name.text);
      if (name === undefined) return inner;
      const { modifiers, questionToken, type } = inner;
      const own = ts.factory.createStringLiteral(name);
      return ts.factory.updatePropertySignature(inner, modifiers, own, questionToken, type);
    };
    return ts.visitEachChild(file, visit, context);
  };
}

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
  return () => (file) => {
    // What holds them all is no type of the protocol.
    const own = file.statements.filter((statement) => declaredName(statement) !== ROOT);
    return factory.updateSourceFile(file, own.map(rename));
  };
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
