import type { JsonSchema } from "../schema.js";
import { type Context, type Finding, finding, type Pair } from "./step.js";
import { typeText } from "./type-text.js";

/** Compares what decides of no value: deprecation, default, description. */
export function* compareProse(pair: Pair, { descriptions }: Context): Iterable<Finding> {
  const { old: a, new: b } = pair;
  if ((a.deprecated === true) !== (b.deprecated === true)) {
    yield finding(b.deprecated ? "deprecated" : "undeprecated", pair);
  }
  const [from, to] = [defaultText(a), defaultText(b)];
  if (from !== to) yield finding("default-changed", pair, { from, to });
  if (descriptions && describe(a) !== describe(b)) yield finding("description-changed", pair);
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
