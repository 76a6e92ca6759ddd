// Makes calls between two peers with the OpenTelemetry example on, and prints the spans as JSON.
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { memoryTransportPair, Peer, ResponseError } from "@stubwright/rpc";
import { traceRpc } from "../../examples/src/otel.js";

const exporter = new InMemorySpanExporter();
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
const stop = traceRpc(provider.getTracer("test"));
const [left, right] = memoryTransportPair();
const client = new Peer(left);
const server = new Peer(right);
server.onRequest("ok", () => "token=secret");
server.onRequest("bad", () => {
  throw new ResponseError({ code: 42, message: "token=secret" });
});
await client.request("ok", ["token=secret"]);
await client.request("bad").catch(() => {});
await client.request("slow", {}, { signal: AbortSignal.abort() }).catch(() => {});
stop();
await client.request("ok");
await client.close();
const spans = exporter.getFinishedSpans().map(({ name, kind, attributes, status, events }) => ({
  name,
  kind,
  attributes,
  status,
  events,
}));
console.log(JSON.stringify(spans));
await provider.shutdown();
