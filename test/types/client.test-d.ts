// Compiled, never run: what the types must allow and what they must refuse.
import {
  type CopilotClient,
  defineTool,
  type SessionEvent,
  type SessionEventOf,
} from "@stubwright/copilot";
import type { ServerRpc, SessionEventType, SessionRpc } from "@stubwright/copilot-protocol";

declare const client: CopilotClient;
declare const server: ServerRpc;
declare const rpc: SessionRpc;

export async function calls(): Promise<void> {
  const { models } = await server.models.list();
  models[0]?.id satisfies string | undefined;
  await rpc.plan.read({ timeoutMs: 1000 });
  await rpc.send({ prompt: "hi" }, { signal: AbortSignal.timeout(5) });
  // @ts-expect-error the prompt is required
  await rpc.send({});
  // @ts-expect-error the session's id is sent by the stub
  await rpc.send({ prompt: "hi", sessionId: "1" });
  // @ts-expect-error there is no such method
  await server.models.nothing();
  // @ts-expect-error a mode is one of two words
  await rpc.send({ prompt: "hi", mode: "later" });
}

export function narrowing(event: SessionEvent): string {
  switch (event.type) {
    case "assistant.message":
      event satisfies SessionEventOf<"assistant.message">;
      return event.data.content;
    case "session.idle":
      // @ts-expect-error an idle event has no content
      return event.data.content;
    // @ts-expect-error there is no such type
    case "assistant.nonsense":
      return "";
    default:
      return event.type satisfies SessionEventType;
  }
}

export function supervision(): void {
  client.on("restarting", ({ attempt, delayMs, cause }) => {
    attempt satisfies number;
    delayMs satisfies number;
    cause satisfies Error;
  });
  client.on("restarted", ({ sessions }) => sessions[0]?.outcome satisfies string | undefined);
  client.on("gaveUp", ({ reasons }) => reasons satisfies readonly Error[]);
  client.on("rolledBack", ({ events }) => events[0]?.type satisfies SessionEventType | undefined);
  // @ts-expect-error there is no such event
  client.on("restart", () => {});
}

export async function sessions(): Promise<void> {
  const weather = defineTool<{ city: string }>("weather", {
    handler: ({ city }) => city.toUpperCase(),
  });
  // @ts-expect-error arguments are unknown where no type is given
  defineTool("weather", { handler: ({ city }) => city });
  // @ts-expect-error there is no such setting
  await client.createSession({ tool: weather });
  const session = await client.createSession({ tools: [weather] });
  session.on("assistant.message_delta", (event) => event.data.deltaContent satisfies string);
  // @ts-expect-error there is no such type
  session.on("assistant.nonsense", () => {});
  const answer = await session.sendAndWait("hi");
  answer?.data.content satisfies string | undefined;
}
