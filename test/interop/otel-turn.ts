// Runs a turn with a tool on the real runtime with spans on, and prints them as JSON.
import { approveAll, defineTool } from "@stubwright/copilot";
import { traceCopilot } from "@stubwright/copilot/otel";
import { callsTool, setUpReal } from "../e2e/session-support.js";
import { setUpTelemetry } from "./otel-setup.js";

const spans = setUpTelemetry();
const stop = traceCopilot();
await using setup = await setUpReal(callsTool("greet"));
const session = await setup.client.createSession({
  ...setup.base,
  sessionId: "traced",
  tools: [defineTool("greet", { handler: () => "token=secret" })],
  onPermissionRequest: approveAll,
});
await session.sendAndWait("token=secret", 20_000);
await session.sendAndWait("again", { timeout: 0 }).catch(() => {});
stop();
console.log(JSON.stringify(spans()));
