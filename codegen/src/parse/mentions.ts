import { didYouMean } from "@stubwright/rpc/internal";
import { StubwrightError } from "../errors.js";
import type { Method } from "../ir.js";
import type { SchemaDocument } from "../load/source.js";
import { escapePointer } from "../pointer.js";
import { isObject } from "../schema.js";
import { hasMember } from "./params.js";
import type { TypeTable } from "./types.js";

/**
 * Checks that the groups, methods and members that the handwritten schema mentions are there:
 * those of its scopes, its handlers and the carriers of its unions.
 *
 * @throws {@link StubwrightError} `SCHEMA_INVALID` with the place and the nearest right name.
 */
export function checkMentions(
  core: SchemaDocument,
  methods: readonly Method[],
  types: TypeTable,
): void {
  const fail = (pointer: string, what: string, given: string, names: Iterable<string>): never => {
    const message = `There is no ${what} "${given}".${didYouMean(given, names)}`;
    throw new StubwrightError("SCHEMA_INVALID", message, {
      file: core.file,
      pointer,
      remedy: "Correct the handwritten schema, or take the entry out.",
    });
  };
  const groups = new Set(methods.map(({ group }) => group));
  for (const key of ["scopes", "handlers"] as const) {
    for (const group of Object.keys(membersOf(core.json[key]))) {
      const pointer = `/${key}/${escapePointer(group)}`;
      if (!groups.has(group)) fail(pointer, "group", group, groups);
    }
  }
  for (const [group, member] of Object.entries(membersOf(core.json.scopes))) {
    if (methods.some((method) => method.group === group && method.scope !== null)) continue;
    const pointer = `/scopes/${escapePointer(group)}`;
    fail(pointer, `member of params in the group ${group} called`, `${member}`, namesIn(types));
  }
  for (const [id, settings] of Object.entries(membersOf(core.json.events))) {
    const carrier = isObject(settings) && isObject(settings.carrier) ? settings.carrier : undefined;
    if (!carrier) continue;
    const pointer = `/events/${escapePointer(id)}/carrier`;
    const method = methods.find(({ wire }) => wire === carrier.method);
    if (!method) {
      const wires = methods.map(({ wire }) => wire);
      fail(`${pointer}/method`, "method", `${carrier.method}`, wires);
    }
    const params = types.types[method?.params ?? ""] ?? {};
    if (hasMember(params, `${carrier.field}`, (node) => types.resolve(node))) continue;
    const names = Object.keys(types.resolve(params).properties ?? {});
    fail(
      `${pointer}/field`,
      `member of the params of ${method?.wire} called`,
      `${carrier.field}`,
      names,
    );
  }
}

function membersOf(value: unknown): Record<string, unknown> {
  return isObject(value) ? value : {};
}

function namesIn({ types }: TypeTable): Set<string> {
  return new Set(Object.values(types).flatMap(({ properties = {} }) => Object.keys(properties)));
}
