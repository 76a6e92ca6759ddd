import type { LlmInferenceHeaders } from "@stubwright/copilot-protocol";

/** Headers that are about one connection and not about what passes it. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Of a request: what is decided anew when it is sent on. */
const OF_REQUEST: ReadonlySet<string> = new Set([
  "accept-encoding",
  "content-length",
  "expect",
  "host",
  "sec-websocket-extensions",
  "sec-websocket-key",
  "sec-websocket-version",
]);

/** Of an answer: what is not true any more once its body was read. */
const OF_RESPONSE: ReadonlySet<string> = new Set(["content-encoding", "content-length"]);

/** The headers of the runtime's request, as they are sent on. */
export function requestHeaders(headers: LlmInferenceHeaders): [string, string][] {
  return Object.entries(headers).flatMap(([name, values]) =>
    passes(name, OF_REQUEST) && values ? [[name, values.join(", ")] as [string, string]] : [],
  );
}

/** The headers of an answer, as the runtime is told of them. */
export function responseHeaders(headers: Headers): LlmInferenceHeaders {
  const entries = [...headers].filter(([name]) => name !== "set-cookie");
  const cookies = headers.getSetCookie?.() ?? [];
  return Object.fromEntries([
    ...entries.filter(([name]) => passes(name, OF_RESPONSE)).map(([name, text]) => [name, [text]]),
    ...(cookies.length > 0 ? [["set-cookie", cookies]] : []),
  ]);
}

function passes(name: string, dropped: ReadonlySet<string>): boolean {
  const plain = name.toLowerCase();
  return !HOP_BY_HOP.has(plain) && !dropped.has(plain);
}
