import type { GeneratedFile } from "../generated.js";
import type { Protocol, Union } from "../ir.js";
import { unionNames } from "../names/derived.js";
import { escapeComment } from "./docs.js";
import { exportTable, indent, printFile } from "./file.js";
import { importFromHomes, type TypeHomes } from "./homes.js";

/**
 * Emits, for each tagged union, its tags as a type and as a list, a map from tag to payload, a
 * guard for tags, and a parser.
 */
export function emitEvents(protocol: Protocol, homes: TypeHomes): GeneratedFile {
  const payloads = protocol.unions.flatMap(({ id, arms }) => [id, ...Object.values(arms)]);
  if (protocol.unions.length === 0) return printFile("events.gen.ts", [], []);
  return printFile(
    "events.gen.ts",
    [
      'import { createUnionParser, type UnionParser } from "@stubwright/rpc/codegen/v1";',
      'import { protocol } from "./descriptor.gen.js";',
      ...importFromHomes(homes, payloads),
    ],
    protocol.unions.flatMap((union, index) => [...tagTypes(union), ...tagValues(union, index)]),
  );
}

function tagTypes({ id, arms }: Union): string[] {
  const tags = Object.entries(arms);
  const names = unionNames(id);
  const example = escapeComment(`\`${id}\` of one type: \`${names.of}<"${tags[0]?.[0]}">\`.`);
  return [
    [
      `/** Every known type of \`${id}\` and its payload. */`,
      `export interface ${names.map} {`,
      ...indent(tags.map(([tag, type]) => `${JSON.stringify(tag)}: ${type};`)),
      "}",
    ].join("\n"),
    [
      `/** The known types of \`${id}\`. */`,
      `export type ${names.type} = keyof ${names.map};`,
      `/** ${example} */`,
      `export type ${names.of}<T extends ${names.type}> = ${names.map}[T];`,
    ].join("\n"),
  ];
}

function tagValues({ id, arms }: Union, index: number): string[] {
  const names = unionNames(id);
  const list = exportTable({
    doc: `The known types of \`${id}\`, in the schema's order.`,
    name: names.list,
    type: `readonly ${names.type}[]`,
    open: "[",
    lines: Object.keys(arms).map((tag) => `${JSON.stringify(tag)},`),
    close: "]",
  });
  const guard = [
    `/** Whether a type of \`${id}\` is a known one. */`,
    `export function ${names.guard}(type: string): type is ${names.type} {`,
    `  return Object.hasOwn(protocol.unions[${index}]!.arms, type);`,
    "}",
  ];
  const parser = [
    `/** Reads a \`${id}\` from anything, checked; one of an unknown type is kept as it came. */`,
    `export const ${names.parser}: UnionParser<${id}> = createUnionParser<${id}>(protocol.unions[${index}]!);`,
  ];
  return [list, guard.join("\n"), parser.join("\n")];
}
