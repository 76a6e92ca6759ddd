// An app that works on turns until it ends, or is ended. Writes down each event as it sees it, in a way
// that outlives it. `node app.ts <JSON of AppOrder>`
import { openSync, writeSync } from "node:fs";
import { approveAll, CopilotClient } from "@stubwright/copilot";
import type { ScriptedModel } from "@stubwright/testkit";
import { TOOLS } from "../chaos/model.js";

/** What an app is to do. */
export interface AppOrder {
  readonly env: NodeJS.ProcessEnv;
  readonly folder: string;
  readonly sessionId: string;
  readonly model: string;
  readonly provider: ScriptedModel["provider"];
  readonly useStdio: boolean;
  /** Where the events go. */
  readonly seenFile: string;
  /** The app's own end: at an event of this type, or so long after the first prompt. */
  readonly exitAt?: string | number;
}

const order = JSON.parse(process.argv[2] ?? "") as AppOrder;
const seen = openSync(order.seenFile, "a");
const client = new CopilotClient({
  env: order.env,
  cwd: order.folder,
  useStdio: order.useStdio,
  useLoggedInUser: false,
});
const session = await client.createSession({
  sessionId: order.sessionId,
  model: order.model,
  provider: order.provider,
  streaming: true,
  tools: TOOLS,
  onPermissionRequest: approveAll,
  onEvent: ({ id, type, ephemeral }) => {
    writeSync(seen, `${JSON.stringify({ id, type, ephemeral })}\n`);
    if (type === order.exitAt) process.exit(0);
  },
});
console.log(JSON.stringify({ pid: client.processId, workspacePath: session.workspacePath }));
if (typeof order.exitAt === "number") setTimeout(() => process.exit(0), order.exitAt);
for (let turn = 0; ; turn++) {
  const prompt = ["CHAOS text", "CHAOS tool", "CHAOS short"][turn % 3] ?? "";
  // The turn that the end cuts off rejects.
  await session.sendAndWait(prompt, 30_000).catch(() => {});
}
