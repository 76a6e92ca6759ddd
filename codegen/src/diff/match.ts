/** Which items of two lists belong together. */
export interface Matching<T> {
  readonly pairs: readonly (readonly [T, T])[];
  readonly removed: readonly T[];
  readonly added: readonly T[];
}

/**
 * Tells that two items belong together.
 *
 * @param only - Whether they are the only ones that are left.
 */
export type Fits<T> = (a: T, b: T, only: boolean) => boolean;

/**
 * Matches two lists, each item once; what is left was removed or added.
 *
 * @param tests - From the surest on.
 */
export function matchUp<T>(
  old: readonly T[],
  after: readonly T[],
  tests: readonly Fits<T>[],
): Matching<T> {
  const [removed, added] = [new Set(old), new Set(after)];
  const pairs: [T, T][] = [];
  for (const fits of tests) {
    for (const a of removed) {
      const only = removed.size === 1 && added.size === 1;
      for (const b of added) {
        if (!fits(a, b, only)) continue;
        removed.delete(a);
        added.delete(b);
        pairs.push([a, b]);
        break;
      }
    }
  }
  return { pairs, removed: [...removed], added: [...added] };
}
