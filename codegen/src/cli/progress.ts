import { onStderr } from "../colors.js";

/**
 * Shows on a terminal what is being done; in a pipe it is silent. It writes to stderr, so that
 * stdout holds nothing but the result.
 */
export class Progress {
  readonly #visible: boolean;

  /** @param visible - False to say nothing, as with `--json`. */
  constructor(visible: boolean) {
    this.#visible = visible && process.stderr.isTTY;
  }

  /** Says what is being done now. */
  step(what: string): void {
    if (this.#visible) process.stderr.write(`\r\x1b[K${onStderr.cyan("…")} ${what}`);
  }

  /** Takes it back: the result follows. */
  done(): void {
    if (this.#visible) process.stderr.write("\r\x1b[K");
  }
}
