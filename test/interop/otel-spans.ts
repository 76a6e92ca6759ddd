// Makes calls between two peers with spans and trace context on, and prints what there was as JSON.
import { trace } from "@opentelemetry/api";
import { memoryTransportPair, Peer, ResponseError } from "@stubwright/rpc";
import { metaCarrier, traceRpc } from "@stubwright/rpc/otel";
import { setUpTelemetry } from "./otel-setup.js";

const spans = setUpTelemetry();
const stop = traceRpc({ carrier: metaCarrier, notifications: true });
const [left, right] = memoryTransportPair();
const client = new Peer(left);
const server = new Peer(right);
const params: unknown[] = [];
server.onRequest("ok", (given) => {
  params.push(given);
  return "token=secret";
});
server.onRequest("bad", () => {
  throw new ResponseError({ code: 42, message: "token=secret" });
});
// What a handler calls belongs to it, also after it has waited.
server.onRequest("outer", async () => {
  await new Promise((resolve) => setTimeout(resolve, 5));
  return server.request("inner");
});
client.onRequest("inner", () => 1);
server.onNotification("note", () => {});
await client.request("ok", { secret: "token=secret", _meta: { own: 1 } });
await client.request("bad").catch(() => {});
await client.request("slow", {}, { signal: AbortSignal.abort() }).catch(() => {});
await client.request("outer");
await client.request("ok", ["by position"]);
await client.notify("note", {});
// Two calls of one span of the app.
const tracer = trace.getTracer("app");
await tracer.startActiveSpan("app", async (span) => {
  await Promise.all([client.request("ok"), client.request("ok")]);
  span.end();
});
stop();
await client.request("ok");
await client.close();
console.log(JSON.stringify({ spans: spans(), params }));
