import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { BUILD } from "../build.js";
import type { ClientName } from "../clients/client.js";
import { median } from "../statistics.js";
import type { Figures } from "../work/work.js";

const names = Array.from({ length: 30 }, (_, index) => `name${index}`);

/** Where each program has its types from; the floor has thirty names of its own. */
const TYPES: Readonly<Record<ClientName, string>> = {
  stubwright: 'import type { CopilotSession, SessionEvent } from "@stubwright/copilot";',
  peer: 'import type { CopilotSession, SessionEvent } from "@github/copilot-sdk";',
  floor: `type CopilotSession = { rpc: { ${names.map((name) => `${name}(): void`).join("; ")} } };
type SessionEvent = { type: ${names.map((name) => `"${name}"`).join(" | ")} };`,
};

/** A program in which something is being typed at each of the marks. */
const program = (types: string) => `${types}
declare const session: CopilotSession;
declare const event: SessionEvent;
session.rpc./*calls*/;
switch (event.type) {
  case "/*types*/":
}
`;

/** How often each is asked for. */
const TIMES = 5;

/**
 * P9: how long an editor waits for the names behind `session.rpc.` and for the types of events in a
 * `switch`, each time after a change of the file, as typing is; by the compiler's own server, 5.9,
 * since that of 7.0 speaks another protocol.
 */
export async function completion(client: ClientName): Promise<Figures> {
  const folder = join(BUILD, "types", `${client}-editor`);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "program.ts");
  const text = program(TYPES[client]);
  writeFileSync(file, text);
  const compilerOptions = {
    target: "es2023",
    module: "nodenext",
    strict: true,
    skipLibCheck: true,
  };
  const config = { compilerOptions, files: ["program.ts"] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  const server = startServer();
  try {
    server.tell("open", { file, fileContent: text });
    await server.ask("semanticDiagnosticsSync", { file });
    const figures: Record<string, number> = {};
    for (const mark of ["calls", "types"]) {
      const lines = text.slice(0, text.indexOf(`/*${mark}*/`)).split("\n");
      const [line, offset] = [lines.length, lines.at(-1)!.length + 1];
      const times: number[] = [];
      for (let time = 0; time < TIMES; time++) {
        const end = { line: 1, offset: 1 };
        server.tell("change", { file, ...end, endLine: 1, endOffset: 1, insertString: " " });
        const began = performance.now();
        const { entries } = await server.ask("completionInfo", { file, line, offset });
        times.push(performance.now() - began);
        if (!entries || entries.length < 20) throw new Error(`Nothing is known at ${mark}.`);
      }
      figures[`${mark}Ms`] = median(times);
    }
    return figures;
  } finally {
    server.process.kill();
  }
}

/** An answer of the server, as far as it is read. */
interface Body {
  readonly entries?: readonly unknown[];
}

function startServer() {
  const require = createRequire(import.meta.url);
  const path = join(dirname(require.resolve("typescript-5.9/package.json")), "lib", "tsserver.js");
  const args = [path, "--disableAutomaticTypingAcquisition", "--suppressDiagnosticEvents"];
  const child: ChildProcess = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "ignore"] });
  const waiting = new Map<number, { resolve(body: Body): void; reject(error: Error): void }>();
  createInterface({ input: child.stdout! }).on("line", (line) => {
    if (!line.startsWith("{")) return;
    const { request_seq: seq, success, body, message } = JSON.parse(line);
    const asked = waiting.get(seq);
    waiting.delete(seq);
    if (success) asked?.resolve((body ?? {}) as Body);
    else asked?.reject(new Error(message));
  });
  child.on("exit", (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`tsserver ended with ${code}`));
  });
  let last = 0;
  const tell = (command: string, given: object) => {
    child.stdin!.write(
      `${JSON.stringify({ seq: ++last, type: "request", command, arguments: given })}\n`,
    );
    return last;
  };
  const ask = (command: string, given: object) =>
    new Promise<Body>((resolve, reject) => {
      waiting.set(tell(command, given), { resolve, reject });
    });
  return { process: child, tell, ask };
}
