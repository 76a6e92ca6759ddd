/**
 * How many ids are remembered at least, and half of the most. Copies of an event come right after
 * it, and a program may hold a thousand sessions.
 */
const REMEMBERED = 256;

/** Tells ids that were seen lately from new ones. */
export class RecentIds {
  #ids = new Set<string>();
  /** Forgotten as a whole when there are enough newer ones, which is cheaper than one by one. */
  #older: ReadonlySet<string> = new Set();

  /** Notes an id. @returns Whether it is new. */
  add(id: string): boolean {
    const ids = this.#ids;
    if (ids.has(id) || this.#older.has(id)) return false;
    ids.add(id);
    if (ids.size >= REMEMBERED) {
      this.#older = ids;
      this.#ids = new Set();
    }
    return true;
  }
}
