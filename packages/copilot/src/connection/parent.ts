import { streamTransport } from "@stubwright/rpc";
import type { Endpoint } from "./endpoint.js";
import { guardStdout } from "./own-stdout.js";

/** Talks to the runtime that started this process as an extension. */
export function openParent(): Endpoint {
  return {
    transport: streamTransport(process.stdin, guardStdout()),
    process: undefined,
    token: undefined,
    title: "The CLI that started this extension",
  };
}
