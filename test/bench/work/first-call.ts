import type { BenchClient } from "../clients/client.js";
import { expect } from "./work.js";

/** P7: from making a client to the answer of its first call, in milliseconds. */
export async function firstCall(make: () => BenchClient): Promise<{ milliseconds: number }> {
  const started = performance.now();
  const client = make();
  await client.start();
  const { message } = await client.ping("hello");
  const milliseconds = performance.now() - started;
  expect(message === "pong: hello", "the runtime answers");
  await client.stop();
  return { milliseconds };
}
