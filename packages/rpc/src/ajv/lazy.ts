import type { DataValidationCxt, ErrorObject } from "ajv/dist/types/index.js";

/** A check as the compiled code calls it: it leaves its errors on itself. */
export interface LazyCheck {
  (data: unknown, at?: DataValidationCxt): boolean;
  errors?: ErrorObject[] | null;
}

/** A check that is compiled when a value first gets there. */
export function lazy(compile: () => LazyCheck): LazyCheck {
  let inner: LazyCheck | undefined;
  const check: LazyCheck = (data, at) => {
    inner ??= compile();
    const fits = inner(data, at);
    check.errors = inner.errors ?? null;
    return fits;
  };
  return check;
}

/** A check of the one arm that a member of the value names. */
export function lazyTagged(tag: string, arms: ReadonlyMap<unknown, LazyCheck>): LazyCheck {
  const check: LazyCheck = (data, at) => {
    const place = at?.instancePath ?? "";
    const fail = (keyword: string, params: Record<string, unknown>, member = "") => {
      check.errors = [{ instancePath: place + member, schemaPath: "", keyword, params }];
      return false;
    };
    if (typeof data !== "object" || data === null || Array.isArray(data)) {
      return fail("type", { type: "object" });
    }
    if (!Object.hasOwn(data, tag)) return fail("required", { missingProperty: tag });
    const arm = arms.get((data as Record<string, unknown>)[tag]);
    if (!arm) {
      const member = `/${tag.replaceAll("~", "~0").replaceAll("/", "~1")}`;
      return fail("enum", { allowedValues: [...arms.keys()] }, member);
    }
    const fits = arm(data, at);
    check.errors = arm.errors ?? null;
    return fits;
  };
  return check;
}
