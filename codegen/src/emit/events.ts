import { StructureKind } from "ts-morph";
import type { Protocol, Union } from "../ir.js";
import { exportTable, type GeneratedFile, importTypes, printFile } from "./file.js";

/** Emits, for each tagged union, its tags as a type and as a list, and a map from tag to payload. */
export function emitEvents(protocol: Protocol): GeneratedFile {
  const payloads = protocol.unions.flatMap((union) => Object.values(union.arms));
  return printFile("events.gen.ts", [
    importTypes("./types.gen.js", payloads),
    ...protocol.unions.flatMap(unionStatements),
  ]);
}

function unionStatements(union: Union) {
  const { id } = union;
  const tags = Object.entries(union.arms);
  const list = `${id.charAt(0).toLowerCase()}${id.slice(1)}Types`;
  return [
    {
      kind: StructureKind.Interface as const,
      isExported: true,
      name: `${id}Map`,
      docs: [`Every known type of \`${id}\` and its payload.`],
      properties: tags.map(([tag, type]) => ({ name: JSON.stringify(tag), type })),
    },
    {
      kind: StructureKind.TypeAlias as const,
      isExported: true,
      name: `${id}Type`,
      docs: [`The known types of \`${id}\`.`],
      type: `keyof ${id}Map`,
    },
    {
      kind: StructureKind.TypeAlias as const,
      isExported: true,
      name: `${id}Of`,
      docs: [`\`${id}\` of one type: \`${id}Of<"${tags[0]?.[0]}">\`.`],
      typeParameters: [{ name: "T", constraint: `${id}Type` }],
      type: `${id}Map[T]`,
    },
    exportTable({
      doc: `The known types of \`${id}\`, in the schema's order.`,
      name: list,
      type: `readonly ${id}Type[]`,
      open: "[",
      lines: tags.map(([tag]) => `${JSON.stringify(tag)},`),
      close: "]",
    }),
  ];
}
