import type { JsonSchema } from "../schema.js";
import { typeText } from "./type-text.js";
import type { Finding } from "./walk.js";

/** Compares what two nodes say that decides of no value: deprecation, default, description. */
export function compareProse(
  a: JsonSchema,
  b: JsonSchema,
  descriptions: boolean,
): Pick<Finding, "kind" | "more">[] {
  const found: Pick<Finding, "kind" | "more">[] = [];
  if ((a.deprecated === true) !== (b.deprecated === true)) {
    found.push({ kind: b.deprecated ? "deprecated" : "undeprecated", more: {} });
  }
  const [from, to] = [defaultText(a), defaultText(b)];
  if (from !== to) found.push({ kind: "default-changed", more: { from, to } });
  if (descriptions && describe(a) !== describe(b)) {
    found.push({ kind: "description-changed", more: {} });
  }
  return found;
}

/** Whether a reference says nothing of its own: a shape that was lifted out took its prose along. */
export function repeatsProse(site: JsonSchema, target: JsonSchema): boolean {
  return (
    (site.description ?? target.description) === target.description &&
    (site.deprecated ?? target.deprecated) === target.deprecated &&
    site.default === undefined
  );
}

function defaultText(node: JsonSchema): string {
  return node.default === undefined ? "none" : typeText({ const: node.default });
}

function describe(node: JsonSchema): string {
  return JSON.stringify([node.description, node.title, node["x-enumDescriptions"]]);
}
