import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createIsolatedEnvironment } from "@stubwright/testkit";
import { afterAll, expect, test } from "vitest";
import { type Block, markdownFiles, typescriptBlocks } from "./blocks.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const run = promisify(execFile);
// Beside the tests, where their packages are found.
mkdirSync(new URL(".cache", import.meta.url), { recursive: true });
const folder = mkdtempSync(fileURLToPath(new URL(".cache/blocks-", import.meta.url)));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const blocks = markdownFiles(root).flatMap((file) => typescriptBlocks(root, file));
const fileOf = ({ place }: Block) => join(folder, `${place.replace(/\W/g, "-")}.ts`);
for (const block of blocks) writeFileSync(fileOf(block), `${block.code}\nexport {};\n`);

/** What pieces of programs use without saying where it comes from. */
const CONTEXT = `
import type { CopilotClient, CopilotSession } from "@stubwright/copilot";
declare global {
  const client: CopilotClient;
  const session: CopilotSession;
}
`;

test(`the ${blocks.length} TypeScript blocks of README and docs compile`, async () => {
  writeFileSync(join(folder, "context.ts"), CONTEXT);
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      extends: join(root, "tsconfig.base.json"),
      compilerOptions: {
        noEmit: true,
        customConditions: ["@stubwright/source"],
        noUnusedLocals: false,
        verbatimModuleSyntax: false,
      },
      include: ["*.ts"],
    }),
  );
  const tsc = join(root, "node_modules/.bin/tsc");
  const outcome = await run(tsc, ["--noEmit", "-p", folder], { timeout: 240_000 }).catch(
    ({ stdout }: { stdout: string }) => ({ stdout }),
  );
  expect(outcome.stdout).toBe("");
}, 250_000);

const runnable = blocks.filter(({ runs }) => runs);

test("some blocks are run", () => expect(runnable.length).toBeGreaterThan(2));

test.each(runnable.map((block) => [block.place, block] as const))(
  "%s runs and prints what it says",
  async (_, block) => {
    await using environment = await createIsolatedEnvironment();
    const source = ["--conditions=@stubwright/source", "--import", import.meta.resolve("tsx")];
    const { stdout } = await run(process.execPath, [...source, fileOf(block)], {
      cwd: environment.folder,
      env: { ...process.env, ...environment.env },
      timeout: 60_000,
    });
    expect(stdout).toBe(block.output);
  },
  70_000,
);
