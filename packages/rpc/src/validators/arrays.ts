import { type Check, refuse, refuseAt } from "./check.js";
import type { Compile } from "./compile.js";
import { deepEqual } from "./equal.js";
import type { SchemaObject } from "./json-schema.js";

type ArrayCheck = (items: readonly unknown[], findings: Parameters<Check>[1]) => boolean;

/** The checks of the keywords that look at arrays. */
export function arrayChecks(schema: SchemaObject, compile: Compile): Check[] {
  const checks = [...sizeChecks(schema), ...itemChecks(schema, compile)];
  if (schema.contains !== undefined) checks.push(containsCheck(schema, compile));
  return checks.map((check): Check => {
    return (value, findings) => !Array.isArray(value) || check(value, findings);
  });
}

function sizeChecks({ minItems, maxItems, uniqueItems }: SchemaObject): ArrayCheck[] {
  const checks: ArrayCheck[] = [];
  if (typeof minItems === "number") {
    const phrase = `at least ${minItems} items`;
    checks.push((items, findings) => items.length >= minItems || refuse(findings, phrase));
  }
  if (typeof maxItems === "number") {
    const phrase = `at most ${maxItems} items`;
    checks.push((items, findings) => items.length <= maxItems || refuse(findings, phrase));
  }
  if (uniqueItems === true) {
    checks.push((items, f) => areUnique(items) || refuse(f, "items that differ from each other"));
  }
  return checks;
}

function areUnique(items: readonly unknown[]): boolean {
  if (new Set(items).size !== items.length) return false;
  const objects = items.filter((item) => typeof item === "object" && item !== null);
  return objects.every((item, i) => !objects.slice(0, i).some((other) => deepEqual(item, other)));
}

/** `prefixItems` with `items` for the rest, or the older `items` list with `additionalItems`. */
function itemChecks(schema: SchemaObject, compile: Compile): ArrayCheck[] {
  const { items, prefixItems, additionalItems } = schema;
  const tuple = Array.isArray(prefixItems) ? prefixItems : Array.isArray(items) ? items : [];
  const first = tuple.map((item) => compile(item));
  const others = Array.isArray(items) ? additionalItems : items;
  const rest = others === undefined ? undefined : compile(others);
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

function containsCheck(schema: SchemaObject, compile: Compile): ArrayCheck {
  const check = compile(schema.contains, "strict");
  const { minContains = 1, maxContains = Number.POSITIVE_INFINITY } = schema;
  return (items, findings) => {
    const count = items.filter((item) => check(item)).length;
    if (count >= Number(minContains) && count <= Number(maxContains)) return true;
    return refuse(findings, "an item that its schema describes");
  };
}
