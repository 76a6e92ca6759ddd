/** A small seeded generator of numbers in [0, 1), so that a failing run can be repeated. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const JUNK: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e300,
  "",
  "\u00a7",
  [],
  [null],
  {},
  { a: 1 },
  JSON.parse('{"__proto__":1}'),
];

/** Changes something somewhere in a JSON value; the result may be valid or not. */
export function damage(value: unknown, random: () => number): unknown {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  if (typeof value !== "object" || value === null || random() < 0.15) return pick(JUNK);
  if (Array.isArray(value)) {
    const copy: unknown[] = [...value];
    const at = Math.floor(random() * (copy.length + 1));
    if (random() < 0.3) copy.splice(at, random() < 0.5 ? 1 : 0, pick(JUNK));
    else copy[at] = damage(copy[at], random);
    return copy;
  }
  const copy = { ...value } as Record<string, unknown>;
  const name = pick([...Object.keys(copy), "constructor", "extra"]);
  if (random() < 0.3) delete copy[name];
  else copy[name] = damage(copy[name], random);
  return copy;
}
