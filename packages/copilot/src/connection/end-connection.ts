import type { Connection } from "./connection.js";

/** Ends a connection that is not needed any more, in order. */
export async function close({ peer }: Connection): Promise<void> {
  // Why it ends is told; what fails while cleaning up would only hide it.
  await peer.close().catch(() => {});
}

/** Cleans up after a lost connection; what is left of the runtime is killed. */
export async function discard({ process, peer }: Connection): Promise<void> {
  process?.kill();
  // Why it is discarded is known; what fails while cleaning up would only hide it.
  await peer.close().catch(() => {});
}
