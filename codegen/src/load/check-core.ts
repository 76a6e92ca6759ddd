import { checkFile } from "../check-file.js";
import { groupsOf, holdsMethods } from "../document.js";
import { StubwrightError } from "../errors.js";
import type { Method, Protocol } from "../ir.js";
import { didYouMean } from "../nearest.js";
import { findLeaves, pointerOf } from "../parse/leaves.js";
import { hasMember } from "../parse/params.js";
import { escapePointer } from "../pointer.js";
import { isObject, type JsonSchema, refName } from "../schema.js";
import type { SchemaDocument } from "./source.js";

const CODE = "SCHEMA_INVALID";
const REMEDY = "Correct the handwritten schema.";

/**
 * Checks that methods have no members but those that there are, and what the handwritten schema has
 * beside them.
 *
 * @throws {@link StubwrightError} `SCHEMA_INVALID` with the file, the JSON Pointer and the nearest
 * right name.
 */
export function checkMembers(document: SchemaDocument): void {
  const { role, file, json } = document;
  const isCore = role === "handwritten";
  const kind = isCore ? "core" : "document";
  for (const { json: method, group, path } of findLeaves(document)) {
    const own = Object.entries(method).filter(
      ([key, child]) => key === "params" || key === "result" || !holdsBelow(child),
    );
    const pointer = pointerOf(group, path);
    const remedy = "Extensions of a method begin with x-.";
    const given = { kind, definition: "Method", file, pointer, code: CODE, remedy } as const;
    checkFile(Object.fromEntries(own), given);
  }
  if (!isCore) return;
  const groups = new Set(
    groupsOf(json)
      .filter(([, group]) => holdsMethods(group))
      .map(([name]) => name),
  );
  const rest = Object.fromEntries(Object.entries(json).filter(([name]) => !groups.has(name)));
  checkFile(rest, { kind, file, code: CODE, remedy: REMEDY });
}

function holdsBelow(child: unknown): boolean {
  return isObject(child) && holdsMethods(child);
}

/**
 * Checks that the names in the handwritten schema are those of the protocol: groups with their
 * scopes, and the carriers of unions.
 *
 * @param core - The handwritten schema.
 * @throws {@link StubwrightError} `SCHEMA_INVALID`, as {@link checkMembers}.
 */
export function checkNames({ file, json }: SchemaDocument, { methods, types }: Protocol): void {
  const fail = (pointer: string, message: string) => {
    throw new StubwrightError(CODE, message, { file, pointer, remedy: REMEDY });
  };
  const groups = new Set(methods.map(({ group }) => group));
  for (const key of ["scopes", "handlers"]) {
    for (const name of Object.keys((json[key] as object | undefined) ?? {})) {
      if (groups.has(name)) continue;
      fail(
        `/${key}/${escapePointer(name)}`,
        `No method is in the group "${name}".${didYouMean(name, groups)}`,
      );
    }
  }
  for (const [group, member] of Object.entries((json.scopes as Record<string, string>) ?? {})) {
    const own = methods.filter((method) => method.group === group);
    if (own.some(({ scope }) => scope !== null)) continue;
    const names = new Set(own.flatMap(({ params }) => membersOf(params, types)));
    fail(
      `/scopes/${escapePointer(group)}`,
      `No method of the group "${group}" has the param "${member}".${didYouMean(member, names)}`,
    );
  }
  const events =
    (json.events as Record<string, { carrier?: { method: string; field: string } }>) ?? {};
  for (const [id, { carrier }] of Object.entries(events)) {
    if (!carrier) continue;
    const pointer = `/events/${escapePointer(id)}/carrier`;
    const method = methods.find(({ wire }) => wire === carrier.method);
    const wires = methods.filter(({ kind }) => kind === "notification").map(({ wire }) => wire);
    if (!method) {
      fail(
        `${pointer}/method`,
        `There is no method "${carrier.method}".${didYouMean(carrier.method, wires)}`,
      );
    } else if (!hasField(method, carrier.field, types)) {
      const names = membersOf(method.params, types);
      fail(
        `${pointer}/field`,
        `The params of ${carrier.method} have no member "${carrier.field}".${didYouMean(carrier.field, names)}`,
      );
    }
  }
}

type Types = Protocol["types"];

function hasField({ params }: Method, field: string, types: Types): boolean {
  return params !== null && hasMember(types[params] ?? {}, field, (node) => resolve(node, types));
}

function resolve(node: JsonSchema, types: Types): JsonSchema {
  const target = node.$ref === undefined ? undefined : types[refName(node.$ref)];
  return target ? resolve(target, types) : node;
}

function membersOf(params: string | null, types: Types): string[] {
  return params === null ? [] : Object.keys(resolve(types[params] ?? {}, types).properties ?? {});
}
