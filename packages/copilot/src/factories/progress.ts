import type { FactoryLogLine } from "@stubwright/copilot-protocol";

/** The lines that a run tells of itself: sent in order, those of one moment together. */
export class Progress {
  readonly #send: (lines: FactoryLogLine[]) => Promise<unknown>;
  #lines: FactoryLogLine[] = [];
  #sent: Promise<unknown> = Promise.resolve();
  #next = 0;

  constructor(send: (lines: FactoryLogLine[]) => Promise<unknown>) {
    this.#send = send;
  }

  /** @throws TypeError for what is no text. */
  add(kind: FactoryLogLine["kind"], text: string): void {
    if (typeof text !== "string") throw new TypeError(`${kind}() expects a string`);
    this.#lines.push({ seq: this.#next++, kind, text });
    if (this.#lines.length > 1) return;
    this.#sent = this.#sent.then(async () => {
      // What is said in this moment goes with it.
      await undefined;
      await this.#send(this.#lines.splice(0));
    });
    // Whoever waits for it next is told.
    this.#sent.catch(() => {});
  }

  /** Waits until all is sent. @throws What a call failed with: the run is in trouble then. */
  async flush(): Promise<void> {
    await this.#sent;
  }
}
