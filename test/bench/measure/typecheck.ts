import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { BUILD } from "../build.js";
import type { ClientName } from "../clients/client.js";
import { runNode } from "../run-node.js";
import { type Figures, seconds } from "../work/work.js";

/** The compilers, by the names of their packages here. */
export const COMPILERS = ["typescript", "typescript-5.9"] as const;

/** One of the compilers. */
export type Compiler = (typeof COMPILERS)[number];

const PROGRAMS: Readonly<Record<ClientName, string>> = {
  stubwright: `import { CopilotClient } from "@stubwright/copilot";

const client = new CopilotClient({ logLevel: "error" });
const session = await client.createSession({ model: "gpt-5", streaming: true });
session.on("assistant.message_delta", ({ data }) => process.stdout.write(data.deltaContent));
session.on((event) => console.log(event.type, event.id));
const answer = await session.sendAndWait({ prompt: "Hello" });
const { version } = await client.rpc.status.get();
const plan = await session.rpc.plan.read();
console.log(answer?.data.content, version, plan.exists);
await client.stop();
`,
  peer: `import { approveAll, CopilotClient } from "@github/copilot-sdk";

const client = new CopilotClient({ logLevel: "error" });
const session = await client.createSession({ model: "gpt-5", streaming: true, onPermissionRequest: approveAll });
session.on("assistant.message_delta", ({ data }) => process.stdout.write(data.deltaContent));
session.on((event) => console.log(event.type, event.id));
const answer = await session.sendAndWait({ prompt: "Hello" });
const { version } = await client.getStatus();
const plan = await session.rpc.plan.read();
console.log(answer?.data.content, version, plan.exists);
await client.stop();
`,
  floor: "export {};\nconsole.log(process.version);\n",
};

/**
 * P9: a whole run of the compiler, in a process of its own; of that what the compiler itself calls
 * its check time; and how many errors it finds.
 */
export async function typecheck(
  client: ClientName,
  compiler: Compiler,
  skipLibCheck: boolean,
): Promise<Figures> {
  const folder = join(BUILD, "types", client);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "program.ts"), PROGRAMS[client]);
  const compilerOptions = {
    target: "es2023",
    lib: ["es2023", "esnext.disposable"],
    types: ["node"],
    module: "nodenext",
    strict: true,
    noEmit: true,
    skipLibCheck,
  };
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({ compilerOptions, files: ["program.ts"] }),
  );
  const require = createRequire(import.meta.url);
  const tsc = join(dirname(require.resolve(`${compiler}/package.json`)), "bin", "tsc");
  let output = "";
  const time = await seconds(async () => {
    const args = [tsc, "-p", folder, "--extendedDiagnostics"];
    output = await runNode(args).catch(({ message }: Error) => message);
  });
  const [, checked] = /^Check time:\s+([\d.]+)s$/m.exec(output) ?? [];
  if (checked === undefined) throw new Error(`The compiler told no check time:\n${output}`);
  const errors = output.split("error TS").length - 1;
  return { seconds: time, checkMs: Number(checked) * 1000, errors };
}
