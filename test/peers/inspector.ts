import { existsSync } from "node:fs";
import { join } from "node:path";
import { codexTarget, Inspection } from "@stubwright/inspector";
import { createIsolatedEnvironment, startScriptedModel } from "@stubwright/testkit";
import { CODEX } from "../../schema/codex/codex.js";
import { codexArguments, pathOf, runsCommand } from "./agents.js";

/** The longest wait for a turn, in milliseconds. */
const TURN_MS = 60_000;

/** The inspector at a Codex app-server: a turn whose approval is given by the first choice. */
export async function inspectCodex() {
  const path = await pathOf(CODEX);
  await using home = await createIsolatedEnvironment();
  await using model = await startScriptedModel(runsCommand("touch made.txt"));
  const env = { ...home.env, CODEX_HOME: home.folder };
  const target = await codexTarget([path, "app-server", ...codexArguments(model)], {
    env,
    cwd: home.folder,
  });
  const seen: string[] = [];
  const over = new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`seen so far: ${seen.join(", ")}`)), TURN_MS);
    const inspection: Inspection = new Inspection(target, (name, value) => {
      if (name === "inspector.ask" && "choices" in value) {
        const { askId, method, choices } = value;
        seen.push(method);
        queueMicrotask(() => inspection.asks.answer(askId, { result: choices[0]?.result }));
      }
      if (name !== "inspector.chat" || !("kind" in value)) return;
      if (value.kind !== "delta") seen.push(value.kind);
      if (value.kind !== "turnEnd") return;
      clearTimeout(late);
      void inspection.close().then(resolve);
    });
    const begin = async () => {
      await inspection.connect();
      const { sessions } = target;
      if (!sessions) throw new Error("There are no sessions.");
      const settings = { cwd: home.folder, approvalPolicy: "untrusted" };
      const session = await sessions.create(inspection.peer, settings);
      await sessions.send(inspection.peer, session, "Make the file.");
    };
    begin().catch(reject);
  });
  await over;
  return { seen, made: existsSync(join(home.folder, "made.txt")) };
}
