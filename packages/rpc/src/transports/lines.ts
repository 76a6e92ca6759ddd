import { StringDecoder } from "node:string_decoder";

/** A line is cut to this many characters, so that output without line ends stays bounded. */
const MAX_LINE_CHARS = 64 * 1024;

/** Cuts a stream of UTF-8 into lines. */
export class Lines {
  readonly #onLine: (line: string) => void;
  readonly #decoder = new StringDecoder("utf8");
  #rest = "";

  /** @param onLine - Called once per line, without its end, cut to 64 Ki characters. */
  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  /** Takes the next bytes. */
  push(chunk: Buffer): void {
    const [first = "", ...more] = this.#decoder.write(chunk).split("\n");
    this.#add(first);
    for (const piece of more) {
      this.end();
      this.#add(piece);
    }
  }

  /** Hands on the line begun last, if it has any text. */
  end(): void {
    const line = this.#rest.endsWith("\r") ? this.#rest.slice(0, -1) : this.#rest;
    this.#rest = "";
    if (line !== "") this.#onLine(line);
  }

  #add(text: string): void {
    this.#rest += text.slice(0, MAX_LINE_CHARS - this.#rest.length);
  }
}
