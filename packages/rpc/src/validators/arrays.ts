import { type Check, type Compile, refuse, refuseAt } from "./check.js";
import { canonical } from "./equal.js";
import type { SchemaObject } from "./json-schema.js";

type ArrayCheck = (items: readonly unknown[], findings: Parameters<Check>[1]) => boolean;

/** The checks of the keywords that look at arrays. */
export function arrayChecks(schema: SchemaObject, compile: Compile): Check[] {
  const checks = [
    ...sizeChecks(schema),
    ...itemChecks(schema, compile),
    ...containsChecks(schema, compile),
    // The dearest last.
    ...uniqueChecks(schema),
  ];
  return checks.map((check): Check => {
    return (value, findings) => !Array.isArray(value) || check(value, findings);
  });
}

function sizeChecks({ minItems, maxItems }: SchemaObject): ArrayCheck[] {
  const checks: ArrayCheck[] = [];
  if (typeof minItems === "number") {
    const phrase = `at least ${minItems} items`;
    checks.push((items, findings) => items.length >= minItems || refuse(findings, phrase));
  }
  if (typeof maxItems === "number") {
    const phrase = `at most ${maxItems} items`;
    checks.push((items, findings) => items.length <= maxItems || refuse(findings, phrase));
  }
  return checks;
}

function uniqueChecks({ uniqueItems }: SchemaObject): ArrayCheck[] {
  if (uniqueItems !== true) return [];
  return [(items, f) => areUnique(items) || refuse(f, "items that differ from each other")];
}

function areUnique(items: readonly unknown[]): boolean {
  if (new Set(items).size !== items.length) return false;
  const objects = items.filter((item) => typeof item === "object" && item !== null);
  return objects.length < 2 || new Set(objects.map(canonical)).size === objects.length;
}

/** How the items of a tuple and those after them are described, in all drafts. */
export function tupleOf({ items, prefixItems, additionalItems }: SchemaObject) {
  const list = Array.isArray(items);
  return {
    first: (Array.isArray(prefixItems) ? prefixItems : list ? items : []) as unknown[],
    firstIn: Array.isArray(prefixItems) ? "prefixItems" : "items",
    rest: list ? additionalItems : items,
    restIn: list ? "additionalItems" : "items",
  };
}

/** `prefixItems` with `items` for the rest, or the older `items` list with `additionalItems`. */
function itemChecks(schema: SchemaObject, compile: Compile): ArrayCheck[] {
  const tuple = tupleOf(schema);
  const first = tuple.first.map((item, i) => compile(item, [tuple.firstIn, i]));
  const rest = tuple.rest === undefined ? undefined : compile(tuple.rest, [tuple.restIn]);
  if (first.length === 0 && !rest) return [];
  return [
    (values, findings) => {
      const from = findings?.length ?? 0;
      const end = rest ? values.length : Math.min(values.length, first.length);
      for (let i = 0; i < end; i++) {
        const check = i < first.length ? first[i]! : rest!;
        if (!check(values[i], findings)) return refuseAt(findings, from, i);
      }
      return true;
    },
  ];
}

/** In the open form more items count for the minimum, and no more than before for the maximum. */
function containsChecks(schema: SchemaObject, compile: Compile): ArrayCheck[] {
  if (schema.contains === undefined) return [];
  const some = compile(schema.contains, ["contains"]);
  const strict = compile(schema.contains, ["contains"], "strict");
  const { minContains = 1, maxContains } = schema;
  const [least, most] = [Number(minContains), Number(maxContains ?? Number.POSITIVE_INFINITY)];
  const checks: ArrayCheck[] = [];
  if (least > 0) {
    const phrase = `at least ${least} of the items that its schema describes`;
    checks.push((items, findings) => has(items, some, least) || refuse(findings, phrase));
  }
  if (maxContains !== undefined) {
    const phrase = `at most ${most} of the items that its schema describes`;
    checks.push((items, findings) => !has(items, strict, most + 1) || refuse(findings, phrase));
  }
  return checks;
}

/** Whether so many items fit. */
function has(items: readonly unknown[], check: Check, wanted: number): boolean {
  let count = 0;
  for (const item of items) if (check(item) && ++count >= wanted) return true;
  return false;
}
