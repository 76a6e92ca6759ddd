import type { UnionDescriptor } from "./descriptor.js";
import { ValidationError } from "./errors.js";
import { readTag } from "./union.js";
import type { ValidatorSource } from "./validation.js";

/**
 * What a parser made of a value: a payload of a known type, or one whose tag its union does not
 * have, kept as it came.
 */
export type ParsedUnion<T> =
  | { readonly known: true; readonly value: T }
  | { readonly known: false; readonly tag: unknown; readonly value: unknown };

/**
 * Reads a value of a union from anything, such as parsed JSON.
 *
 * @param value - What may be a payload of the union.
 * @param validators - The protocol's checks.
 * @throws {@link ValidationError} with code `INVALID_EVENT` if it has a known tag but does not match.
 */
export type UnionParser<T> = (value: unknown, validators: ValidatorSource) => ParsedUnion<T>;

/** Makes the parser of a union. Values are checked in the open form, as those that are received. */
export function createUnionParser<T>(union: UnionDescriptor): UnionParser<T> {
  return (value, validators) => {
    const tag = readTag(value, union.tagPath);
    const known = typeof tag === "string" && Object.hasOwn(union.arms, tag);
    if (!known) return { known: false, tag, value };
    const issues = validators.get(union.arms[tag]!, "open")(value);
    if (issues) throw new ValidationError("INVALID_EVENT", tag, issues);
    return { known: true, value: value as T };
  };
}
