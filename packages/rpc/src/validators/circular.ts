import type { Place } from "./documents.js";
import { SchemaError } from "./schema-error.js";

/**
 * The references that look at the same value as the schema that they are in. A circle of them asks
 * the same question for ever, where other circles end with the value.
 */
export class InPlace {
  readonly #edges = new Map<object, { readonly to: object; readonly place: Place }[]>();

  /** Notes that a target refers to another one for the same value. */
  add(from: object, to: object, place: Place): void {
    const edges = this.#edges.get(from) ?? [];
    this.#edges.set(from, edges);
    edges.push({ to, place });
  }

  /** @throws SchemaError if there is a circle. */
  verify(): void {
    const done = new Set<object>();
    const open = new Set<object>();
    const visit = (target: object): void => {
      open.add(target);
      for (const { to, place } of this.#edges.get(target) ?? []) {
        if (open.has(to)) throw circular(place);
        if (!done.has(to)) visit(to);
      }
      open.delete(target);
      done.add(target);
    };
    for (const target of this.#edges.keys()) if (!done.has(target)) visit(target);
    this.#edges.clear();
  }
}

function circular({ resource, pointer }: Place): SchemaError {
  const at = { document: resource.document, pointer };
  return new SchemaError("BAD_DEFINITION", "Circular $ref", at);
}
