import type { Frame } from "./frame.js";

/** One thing for each schema that a reference leads to, in each form and each way to get there. */
export class Targets<T> {
  readonly #made = new Map<unknown, Map<string, T>>();

  /** What was made of a target; made now if it was not. */
  get(frame: Frame, make: () => T): T {
    const { schema, resource, form, scope } = frame;
    const known = this.#made.get(schema) ?? new Map<string, T>();
    this.#made.set(schema, known);
    const key = `${form} ${resource.uri}${scope.key}`;
    const made = known.get(key) ?? make();
    known.set(key, made);
    return made;
  }

  clear(): void {
    this.#made.clear();
  }
}
