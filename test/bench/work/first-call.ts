import type { BenchClient } from "../clients/client.js";
import { expect, type Figures } from "./work.js";

/**
 * P7: from making a client to the answer of its first call, in milliseconds; and the same with the
 * import before it, since what one client loads on import another one loads when it starts.
 *
 * @param began - When the import began.
 */
export async function firstCall(make: () => BenchClient, began: number): Promise<Figures> {
  const started = performance.now();
  const client = make();
  await client.start();
  const { message } = await client.ping("hello");
  const answered = performance.now();
  expect(message === "pong: hello", "the runtime answers");
  await client.stop();
  return { milliseconds: answered - started, withImport: answered - began };
}
