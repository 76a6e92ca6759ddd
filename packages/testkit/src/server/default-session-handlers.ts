import { randomUUID } from "node:crypto";
import type { SessionHandlers } from "@stubwright/copilot-protocol/server";
import type { FakeSession, FakeTurn } from "./fake-session.js";
import type { FakeServerOptions } from "./options.js";

/** What a server answers to calls about a session, unless it is told otherwise. */
export function defaultSessionHandlers(
  options: FakeServerOptions,
  session: FakeSession,
  connection: { detach(session: FakeSession): void },
): SessionHandlers {
  const onMessage = options.onMessage ?? sayItAgain;
  return {
    send: ({ prompt }) => {
      const messageId = randomUUID();
      const signal = session.beginTurn();
      setImmediate(() => {
        // Taken up when it is worked on, after those before it.
        session.emit("user.message", { content: prompt, messageId });
        void onMessage({ session, prompt, signal });
      });
      return { messageId };
    },
    abort: () => {
      if (session.abortTurns()) {
        session.emit("abort", { reason: "user_initiated" });
        session.emit("session.idle", { aborted: true }, { ephemeral: true });
      }
      return { success: true };
    },
    getMessages: () => ({ events: session.events }),
    destroy: () => {
      connection.detach(session);
      return { success: true };
    },
    detach: () => {
      connection.detach(session);
      return { success: true };
    },
    // Every event of a session goes to all that are attached to it.
    eventLog: { registerInterest: () => ({ handle: randomUUID() }) },
    tools: {
      handlePendingToolCall: ({ requestId, result, error }) => ({
        success: session.answer(requestId, result ?? { resultType: "failure", error }),
      }),
    },
    permissions: {
      handlePendingPermissionRequest: ({ requestId, result }) => ({
        success: session.answer(requestId, result),
      }),
    },
  };
}

function sayItAgain({ session, prompt }: FakeTurn): void {
  session.say(`You said: ${prompt}`);
  session.idle();
}
