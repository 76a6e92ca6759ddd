/** How many ids are remembered; copies of an event come right after it. */
const REMEMBERED = 4096;

/** Tells ids that were seen lately from new ones. */
export class RecentIds {
  readonly #ids = new Set<string>();

  /** Notes an id. @returns Whether it is new. */
  add(id: string): boolean {
    if (this.#ids.has(id)) return false;
    this.#ids.add(id);
    if (this.#ids.size > REMEMBERED) {
      for (const oldest of this.#ids) {
        this.#ids.delete(oldest);
        break;
      }
    }
    return true;
  }
}
