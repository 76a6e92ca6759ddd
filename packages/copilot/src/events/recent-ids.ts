import { readUuid, UUID_WORDS, type UuidBits } from "./uuid.js";

/** The table of a session that has few events: how many UUIDs have room in each half. */
const FIRST_SLOTS = 8;

/**
 * The newest of many ids: at least a number of them, and at most twice as many. The older ones are
 * forgotten as a whole, which is cheaper than one by one.
 *
 * Servers name events by UUIDs, which are kept as their bits: as strings, those of many sessions
 * would be most of what the garbage collector has to copy. Other ids are remembered as they are.
 */
export class RecentIds {
  readonly #kept: number;
  /**
   * Two hash tables with open addressing in one piece of memory, one of which has the newer UUIDs;
   * both at most half full. Slots of zeros are empty.
   */
  #table = new Int32Array(2 * FIRST_SLOTS * UUID_WORDS);
  /** How many UUIDs have room in each half. */
  #slots = FIRST_SLOTS;
  /** Where the newer half begins: at 0, or in the middle. */
  #newer = 0;
  /** How many newer UUIDs there are. */
  #size = 0;
  /** Newer ids that are no UUIDs, if there are any; and older ones. */
  #others: Set<string> | undefined;
  #olderOthers: ReadonlySet<string> | undefined;

  /** @param kept - How many are remembered at least. */
  constructor(kept: number) {
    this.#kept = kept;
  }

  /** Adds an id. @returns Whether it is new, as far as is remembered. */
  add(id: string): boolean {
    const uuid = readUuid(id);
    if (!(uuid ? this.#addUuid(uuid) : this.#addOther(id))) return false;
    if (this.#size + (this.#others?.size ?? 0) >= this.#kept) this.#forgetOlder();
    else if (this.#size * 2 > this.#slots) this.#grow();
    return true;
  }

  #addUuid(uuid: UuidBits): boolean {
    const table = this.#table;
    const slots = this.#slots;
    const newer = this.#newer;
    if (!isEmpty(table, find(table, slots * UUID_WORDS - newer, slots, uuid))) return false;
    const at = find(table, newer, slots, uuid);
    if (!isEmpty(table, at)) return false;
    put(table, at, uuid);
    this.#size++;
    return true;
  }

  #addOther(id: string): boolean {
    if (this.#olderOthers?.has(id) || this.#others?.has(id)) return false;
    this.#others ??= new Set();
    this.#others.add(id);
    return true;
  }

  #forgetOlder(): void {
    const half = this.#slots * UUID_WORDS;
    this.#newer = half - this.#newer;
    this.#table.fill(0, this.#newer, this.#newer + half);
    this.#size = 0;
    this.#olderOthers = this.#others;
    this.#others = undefined;
  }

  #grow(): void {
    const old = this.#table;
    const half = old.length / 2;
    const slots = this.#slots * 2;
    const table = new Int32Array(old.length * 2);
    for (let from = 0; from < old.length; from += UUID_WORDS) {
      if (isEmpty(old, from)) continue;
      const uuid = old.subarray(from, from + UUID_WORDS);
      put(table, find(table, from < half ? 0 : half * 2, slots, uuid), uuid);
    }
    this.#table = table;
    this.#slots = slots;
    this.#newer *= 2;
  }
}

/** Where in a half of a table a UUID is, or has to be put. */
function find(table: Int32Array, start: number, slots: number, uuid: UuidBits): number {
  const first = uuid[0]!;
  const second = uuid[1]!;
  const third = uuid[2]!;
  const fourth = uuid[3]!;
  // Not all bits of all versions are random: some begin, others end with a time or a number.
  const hash = Math.imul(first ^ second ^ third ^ fourth, 0x9e3779b1);
  for (let slot = hash ^ (hash >>> 15); ; slot++) {
    const at = start + (slot & (slots - 1)) * UUID_WORDS;
    const isSame =
      table[at] === first &&
      table[at + 1] === second &&
      table[at + 2] === third &&
      table[at + 3] === fourth;
    if (isSame || isEmpty(table, at)) return at;
  }
}

function isEmpty(table: Int32Array, at: number): boolean {
  return (table[at]! | table[at + 1]! | table[at + 2]! | table[at + 3]!) === 0;
}

function put(table: Int32Array, at: number, uuid: UuidBits): void {
  for (let word = 0; word < UUID_WORDS; word++) table[at + word] = uuid[word]!;
}
