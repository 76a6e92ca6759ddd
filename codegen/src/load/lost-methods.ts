import { nearest } from "@stubwright/rpc/internal";
import { type Group, groupsOf, holdsMethods, isSchemaOf } from "../document.js";
import { StubwrightError } from "../errors.js";
import { escapePointer } from "../pointer.js";
import { isObject } from "../schema.js";
import type { SchemaDocument } from "./source.js";

/**
 * Refuses what looks like a method and is none: beside methods, an object that is neither a method
 * nor a group of methods; anywhere, an object whose `rpcMethod` is misspelt.
 *
 * @throws {@link StubwrightError} `SCHEMA_INVALID` with the file and the JSON Pointer.
 */
export function refuseLostMethods({ file, json }: SchemaDocument): void {
  const visit = (node: Group, pointer: string, beside: boolean): void => {
    const written = misspelt(node);
    const lost = beside && !holdsMethods(node) && Object.keys(node).length > 0;
    if (written !== undefined || lost) {
      throw new StubwrightError("SCHEMA_INVALID", "Neither a method nor a group of methods.", {
        file,
        pointer,
        remedy: written
          ? `Did you mean \`rpcMethod\` where it says \`${written}\`?`
          : "A method is an object with an `rpcMethod`; extensions begin with `x-`.",
      });
    }
    for (const [key, child] of childrenOf(node)) {
      visit(child, `${pointer}/${escapePointer(key)}`, beside);
    }
  };
  for (const [name, group] of groupsOf(json)) {
    visit(group, `/${escapePointer(name)}`, holdsMethods(group));
  }
}

/** The members of a node that are a part of the tree; schemas and extensions are not. */
function childrenOf(node: Group): [name: string, child: Group][] {
  return Object.entries(node).filter(
    (entry): entry is [string, Group] =>
      isObject(entry[1]) && !isSchemaOf(node, entry[0]) && !entry[0].startsWith("x-"),
  );
}

function misspelt(node: Group): string | undefined {
  if (node.rpcMethod !== undefined) return undefined;
  return Object.keys(node).find(
    (key) => typeof node[key] === "string" && nearest(key, ["rpcMethod"]) !== undefined,
  );
}
