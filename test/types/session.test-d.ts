// Compiled, never run: what sessions, tools and callbacks allow and refuse.
import {
  type AssistantMessageEvent,
  approveAll,
  type CopilotClient,
  type CopilotSession,
  defineTool,
  type PermissionHandler,
  type ResumeSessionConfig,
  type SessionConfig,
  type SessionEvent,
  type SessionHooks,
  type TurnOptions,
} from "@stubwright/copilot";
import { z } from "zod";

declare const client: CopilotClient;
declare const session: CopilotSession;

export const zodTool = defineTool("weather", {
  parameters: z.object({ city: z.string(), days: z.number().optional() }),
  handler: async ({ city, days }, { signal, toolCallId }) => {
    city satisfies string;
    days satisfies number | undefined;
    signal satisfies AbortSignal | undefined;
    toolCallId satisfies string;
    // @ts-expect-error the schema has no such member
    days.nothing;
    return { textResultForLlm: "fine", resultType: "success" };
  },
});

export const permission: PermissionHandler = (request, { sessionId }) => {
  sessionId satisfies string;
  if (request.kind === "shell") {
    request.fullCommandText satisfies string;
    return { kind: "reject", feedback: "no shell" };
  }
  // @ts-expect-error only a shell request has a command
  request.fullCommandText;
  return request.kind === "read" ? { kind: "approved" } : { kind: "no-result" };
};
// @ts-expect-error there is no such decision
export const wrongPermission: PermissionHandler = () => ({ kind: "sure" });

export const hooks: SessionHooks = {
  onPreToolUse: ({ toolName, timestamp }) => {
    timestamp satisfies Date;
    return toolName === "bash" ? { permissionDecision: "deny" } : undefined;
  },
  // @ts-expect-error a decision is one of three words
  onPostToolUse: () => ({ permissionDecision: "deny", modifiedResult: 5 }),
};

export const config: SessionConfig = {
  tools: [zodTool],
  onPermissionRequest: approveAll,
  hooks,
  handlerTimeouts: { hooks: 5_000, tools: Number.POSITIVE_INFINITY },
  mcpServers: {
    a: { command: "mcp", workingDirectory: "/w" },
    b: { type: "http", url: "http://127.0.0.1" },
  },
  systemMessage: { mode: "customize", sections: { tone: { action: (text) => text } } },
  // @ts-expect-error only a session that is resumed can suppress its event
  suppressResumeEvent: true,
};
export const resumed: ResumeSessionConfig = {
  suppressResumeEvent: true,
  // @ts-expect-error the id is the first argument of resumeSession
  sessionId: "a",
};

export async function use(): Promise<void> {
  const again = await client.resumeSession("a", { onPermissionRequest: approveAll });
  again satisfies CopilotSession;
  await session.send({
    prompt: "look",
    attachments: [
      { type: "file", path: "/a" },
      { type: "blob", data: "", mimeType: "image/png" },
      // @ts-expect-error there is no such attachment
      { type: "song" },
    ],
  });
  const options: TurnOptions = { timeout: 1, inactivityTimeout: 1, signal: AbortSignal.abort() };
  const answer = await session.sendAndWait("hi", options);
  answer satisfies AssistantMessageEvent | undefined;
  for await (const event of session.events({ maxBuffered: 5 })) event satisfies SessionEvent;
  await using _ = session;
}
