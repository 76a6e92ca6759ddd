import type { ts as TS } from "@ts-morph/common";
import { ts } from "./libraries.js";

const { factory, SyntaxKind } = ts;

/** A JSON value as the type that has no other value. */
export function literalType(value: unknown): TS.TypeNode {
  if (Array.isArray(value)) return factory.createTupleTypeNode(value.map(literalType));
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value);
    return members.length > 0
      ? objectType(members.map(([name, member]) => [name, literalType(member)]))
      : emptyObjectType();
  }
  return factory.createLiteralTypeNode(literal(value));
}

function literal(value: unknown): TS.LiteralTypeNode["literal"] {
  if (typeof value === "string") return factory.createStringLiteral(value);
  if (typeof value === "boolean") return value ? factory.createTrue() : factory.createFalse();
  if (typeof value !== "number") return factory.createNull();
  const digits = factory.createNumericLiteral(Math.abs(value));
  return value < 0 ? factory.createPrefixUnaryExpression(SyntaxKind.MinusToken, digits) : digits;
}

/** An object with these members and no others that are known of. */
export function objectType(members: readonly (readonly [string, TS.TypeNode])[]): TS.TypeNode {
  return factory.createTypeLiteralNode(
    members.map(([name, type]) =>
      factory.createPropertySignature(
        undefined,
        factory.createStringLiteral(name),
        undefined,
        type,
      ),
    ),
  );
}

/** The object without members. An interface without members would be the type of any value. */
export function emptyObjectType(): TS.TypeNode {
  return factory.createTypeReferenceNode("Record", [
    factory.createKeywordTypeNode(SyntaxKind.StringKeyword),
    factory.createKeywordTypeNode(SyntaxKind.NeverKeyword),
  ]);
}

/** Any value but `undefined`: what a required member of no type of its own is. */
export function anyJsonType(): TS.TypeNode {
  return factory.createUnionTypeNode([
    factory.createTypeLiteralNode([]),
    factory.createLiteralTypeNode(factory.createNull()),
  ]);
}

const printer = ts.createPrinter({ removeComments: true });
const noFile = ts.createSourceFile("type.ts", "", ts.ScriptTarget.ES2023);

/** A type as text on one line, as json-schema-to-typescript takes it. */
export function typeText(node: TS.TypeNode): string {
  ts.setEmitFlags(node, ts.EmitFlags.SingleLine);
  return printer.printNode(ts.EmitHint.Unspecified, node, noFile);
}
