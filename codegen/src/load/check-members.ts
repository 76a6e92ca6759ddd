import { nearest } from "@stubwright/rpc/internal";
import { checkFile, membersOf } from "../check-file.js";
import { type Group, groupsOf, holdsMethods } from "../document.js";
import { findLeaves, pointerOf } from "../parse/leaves.js";
import { isObject } from "../schema.js";
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
  const known = membersOf(kind, "Method");
  // Other objects are methods below the method, or are looked at with the tree of methods.
  const isMisspelt = (key: string, child: Group) =>
    !holdsMethods(child) && nearest(key, known) !== undefined;
  for (const { json: method, group, path } of findLeaves(document)) {
    const own = Object.entries(method).filter(
      ([key, child]) => known.includes(key) || !isObject(child) || isMisspelt(key, child),
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
