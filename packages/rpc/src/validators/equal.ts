/** Whether two JSON values are the same, whatever the order of members. */
export function deepEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => {
    const [inA, inB] = [a, b] as Record<string, unknown>[];
    return Object.hasOwn(b, name) && deepEqual(inA![name], inB![name]);
  });
}
