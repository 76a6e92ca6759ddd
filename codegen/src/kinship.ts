/** From which share of common words on two names may be names of the same thing. */
const KIN = 0.5;

/** Whether two names share at least half of their words. */
export function areAkin(a: string, b: string): boolean {
  return kinship(a, b) >= KIN;
}

/** The name that shares most words, at least half of them, with a name that is gone. */
export function mostAkin(name: string, candidates: Iterable<string>): string | undefined {
  const akin = [...candidates].filter((candidate) => areAkin(name, candidate));
  return akin.sort((a, b) => kinship(name, b) - kinship(name, a))[0];
}

/** The share of words that two names have in common, from 0 to 1. */
export function kinship(a: string, b: string): number {
  const [left, right] = [wordsOf(a), wordsOf(b)];
  const common = [...left].filter((word) => right.has(word)).length;
  return common / new Set([...left, ...right]).size;
}

function wordsOf(name: string): Set<string> {
  const words = name.split(/[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])/).filter(Boolean);
  return new Set(words.map((word) => word.toLowerCase().replace(/s$/, "")));
}
