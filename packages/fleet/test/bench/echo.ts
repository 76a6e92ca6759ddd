// Answers every message on the subject `echo` with itself: the other end of a hop over NATS, in a
// process of its own as a worker is.
//
//   node echo.ts nats://127.0.0.1:4222
import { connectNats } from "@stubwright/fleet";

const nats = await connectNats({ servers: process.argv[2] ?? "" }, "echo");
nats.subscribe("echo", { callback: (_error, message) => void message.respond(message.data) });
await nats.flush();
console.log("up");
await nats.closed();
