import { escapePointer } from "../pointer.js";

/** Knows where what a format made stands in the file that it was made from. */
export class Places {
  readonly #originals = new Map<string, string>();

  /** Notes that what is at a pointer now, and all below it, stands at another one in the file. */
  put(pointer: string, original: string): void {
    this.#originals.set(pointer, original);
  }

  /** The pointer in the file: that of the nearest place above whose origin is known. */
  toOriginal(pointer: string): string {
    for (let at = pointer; ; at = at.slice(0, at.lastIndexOf("/"))) {
      const found = this.#originals.get(at);
      if (found !== undefined) return found + pointer.slice(at.length);
      if (at === "") return pointer;
    }
  }
}

/** The pointer of something below a place. */
export function at(pointer: string, ...path: readonly (string | number)[]): string {
  return pointer + path.map((part) => `/${escapePointer(`${part}`)}`).join("");
}
