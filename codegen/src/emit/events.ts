import type { StatementStructures, WriterFunction } from "ts-morph";
import type { GeneratedFile } from "../generated.js";
import type { Protocol, Union } from "../ir.js";
import { unionNames } from "../names/derived.js";
import { escapeComment } from "./docs.js";
import { exportTable, printFile } from "./file.js";
import { importFromHomes, type TypeHomes } from "./homes.js";
import { StructureKind, VariableDeclarationKind } from "./libraries.js";

/**
 * Emits, for each tagged union, its tags as a type and as a list, a map from tag to payload, a
 * guard for tags, and a parser.
 */
export function emitEvents(protocol: Protocol, homes: TypeHomes): GeneratedFile {
  const payloads = protocol.unions.flatMap(({ id, arms }) => [id, ...Object.values(arms)]);
  if (protocol.unions.length === 0) return printFile("events.gen.ts", []);
  return printFile("events.gen.ts", [
    {
      kind: StructureKind.ImportDeclaration,
      moduleSpecifier: "@stubwright/rpc/codegen/v1",
      namedImports: ["createUnionParser", { name: "UnionParser", isTypeOnly: true }],
    },
    {
      kind: StructureKind.ImportDeclaration,
      moduleSpecifier: "./descriptor.gen.js",
      namedImports: ["protocol"],
    },
    ...importFromHomes(homes, payloads),
    ...protocol.unions.flatMap((union, index) => [...tagTypes(union), ...tagValues(union, index)]),
  ]);
}

function tagTypes({ id, arms }: Union): StatementStructures[] {
  const tags = Object.entries(arms);
  const names = unionNames(id);
  return [
    {
      kind: StructureKind.Interface,
      isExported: true,
      name: names.map,
      docs: [`Every known type of \`${id}\` and its payload.`],
      properties: tags.map(([tag, type]) => ({ name: JSON.stringify(tag), type })),
    },
    {
      kind: StructureKind.TypeAlias,
      isExported: true,
      name: names.type,
      docs: [`The known types of \`${id}\`.`],
      type: `keyof ${names.map}`,
    },
    {
      kind: StructureKind.TypeAlias,
      isExported: true,
      name: names.of,
      docs: [escapeComment(`\`${id}\` of one type: \`${names.of}<"${tags[0]?.[0]}">\`.`)],
      typeParameters: [{ name: "T", constraint: names.type }],
      type: `${names.map}[T]`,
    },
  ];
}

function tagValues({ id, arms }: Union, index: number): (StatementStructures | WriterFunction)[] {
  const names = unionNames(id);
  return [
    exportTable({
      doc: `The known types of \`${id}\`, in the schema's order.`,
      name: names.list,
      type: `readonly ${names.type}[]`,
      open: "[",
      lines: Object.keys(arms).map((tag) => `${JSON.stringify(tag)},`),
      close: "]",
    }),
    {
      kind: StructureKind.Function,
      isExported: true,
      name: names.guard,
      docs: [`Whether a type of \`${id}\` is a known one.`],
      parameters: [{ name: "type", type: "string" }],
      returnType: `type is ${names.type}`,
      statements: [`return Object.hasOwn(protocol.unions[${index}]!.arms, type);`],
    },
    {
      kind: StructureKind.VariableStatement,
      isExported: true,
      declarationKind: VariableDeclarationKind.Const,
      docs: [
        `Reads a \`${id}\` from anything, checked; one of an unknown type is kept as it came.`,
      ],
      declarations: [
        {
          name: names.parser,
          type: `UnionParser<${id}>`,
          initializer: `createUnionParser<${id}>(protocol.unions[${index}]!)`,
        },
      ],
    },
  ];
}
