import { createInterface } from "node:readline/promises";

/** Reads the terminal, or a pipe, line by line. */
export interface Lines extends Disposable {
  /** Shows a question and reads a line. @returns Undefined at the end of the input. */
  ask(question: string): Promise<string | undefined>;
}

/** Opens the input of this process. */
export function openLines(): Lines {
  const lines = createInterface({ input: process.stdin });
  const iterator = lines[Symbol.asyncIterator]();
  return {
    ask: async (question) => {
      process.stdout.write(question);
      const { value, done } = await iterator.next();
      return done ? undefined : value;
    },
    [Symbol.dispose]: () => lines.close(),
  };
}
