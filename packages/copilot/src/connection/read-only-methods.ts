import type { ProtocolDescriptor } from "@stubwright/rpc";

/** Last words of the names of methods that only read. */
const READING = /^(get|list|read|find|status|check|describe)(?=$|[A-Z])/;

/** Methods that only read, and whose names do not say so. */
const OTHERS: readonly string[] = ["ping", "status.get", "session.list", "session.getMessages"];

/** Methods whose names say that they read, and that change what the next one of them gives. */
const CONSUMING: ReadonlySet<string> = new Set(["session.eventLog.read", "session.shell.read"]);

/**
 * Methods that change nothing on the server, so that they may be sent a second time when a crash
 * took the answer to the first: those of the schema whose last word is one of reading, and ours.
 */
export function readOnlyMethods({ methods }: ProtocolDescriptor): ReadonlySet<string> {
  const reading = methods
    .filter(({ handler }) => handler !== "client")
    .map(({ method }) => method)
    .filter((method) => READING.test(method.split(".").at(-1) ?? "") && !CONSUMING.has(method));
  return new Set([...OTHERS, ...reading]);
}
