import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { copilotTarget, type Inspector, startInspector } from "@stubwright/inspector";
import {
  createIsolatedEnvironment,
  type IsolatedEnvironment,
  parseRecording,
  type ScriptedModel,
  startScriptedModel,
} from "@stubwright/testkit";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { because, missing, startBrowser } from "./chromium.js";

const SHOTS = process.env.SCREENSHOTS;
const axeSource = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

describe.skipIf(missing)(`I1 I2 the page, on the real runtime${because}`, () => {
  let home: IsolatedEnvironment;
  let model: ScriptedModel;
  let browser: Browser;
  let inspector: Inspector;
  let page: Page;
  const failures: string[] = [];

  beforeAll(async () => {
    home = await createIsolatedEnvironment();
    model = await startScriptedModel(({ messages }) =>
      messages.some(({ role }) => role === "tool")
        ? { text: "The folder was listed." }
        : {
            text: "I look.",
            toolCalls: [{ name: "bash", arguments: { command: "touch made-by-agent" } }],
          },
    );
    const target = await copilotTarget({ env: home.env });
    inspector = await startInspector({ target });
    browser = await startBrowser();
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.on("pageerror", (error) => failures.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") failures.push(message.text());
    });
    await page.goto(inspector.url);
    await page.getByText("open", { exact: true }).waitFor();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await inspector?.close();
    await model?.close();
    await home?.remove();
  });

  const tab = (name: string) => page.getByRole("tab", { name }).click();
  const shot = async (name: string) => {
    if (!SHOTS) return;
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: join(SHOTS, `${name}-${colorScheme}.png`) });
    }
    await page.emulateMedia({ colorScheme: "light" });
    await page.setViewportSize({ width: 390, height: 800 });
    await page.screenshot({ path: join(SHOTS, `${name}-narrow.png`) });
    await page.setViewportSize({ width: 1280, height: 800 });
  };

  test("a method is called by its form", { timeout: 30_000 }, async () => {
    await page.getByRole("searchbox", { name: "Search methods" }).fill("ping");
    await page.getByRole("button", { name: "ping", exact: true }).click();
    await page.getByRole("button", { name: "+ message" }).click();
    await page.getByRole("textbox", { name: "message", exact: false }).first().fill("hello");
    await expect
      .poll(() => page.getByLabel("params as JSON").textContent())
      .toContain('"message": "hello"');
    await page.getByRole("button", { name: "Call" }).click();
    await page.getByText('"message": "pong: hello"').waitFor();
    await page.getByText("Checks server responsiveness").waitFor();
    await shot("methods");
  });

  test("invalid JSON is said, and not replaced by the last valid value", {
    timeout: 30_000,
  }, async () => {
    const editor = page.getByLabel("params as JSON");
    await editor.click();
    await page.keyboard.press("Control+A");
    await page.keyboard.type('{"message": ');
    await page.getByText("This is no JSON").waitFor();
    expect(await page.getByRole("button", { name: "Call" }).isDisabled()).toBe(true);
    expect(await editor.textContent()).toContain('{"message":');
    await page.keyboard.press("Control+A");
    await page.keyboard.type('{"message": 7}');
    await page.getByText("Expected string, found 7.").first().waitFor();
    // Nothing of one method is kept for another.
    await page.getByRole("searchbox", { name: "Search methods" }).fill("models.list");
    await page.getByRole("button", { name: "models.list", exact: true }).click();
    await expect
      .poll(() => page.getByRole("region", { name: "models.list" }).textContent())
      .not.toContain("7}");
    await page.getByRole("button", { name: "Call" }).click();
    await page.getByText("Not authenticated").waitFor();
  });

  test("a turn runs, with a permission that is answered by a click", {
    timeout: 60_000,
  }, async () => {
    await tab("Sessions");
    const editor = page.getByLabel("settings as JSON");
    await editor.click();
    await page.keyboard.press("Control+A");
    const settings = {
      model: model.model,
      provider: model.provider,
      streaming: true,
      requestPermission: true,
      workingDirectory: home.folder,
    };
    await page.keyboard.insertText(JSON.stringify(settings));
    await page.getByRole("button", { name: "Create" }).click();
    await page.getByRole("textbox", { name: "Message" }).fill("What is here?");
    await page.keyboard.press("Control+Enter");
    const ask = page.getByRole("article", { name: "permission.requested" });
    await ask.waitFor({ timeout: 20_000 });
    await shot("asks");
    await ask.getByRole("button", { name: "Allow once", exact: true }).click();
    await page.getByText("The folder was listed.").waitFor({ timeout: 20_000 });
    await page
      .getByText(/tokens in/)
      .first()
      .waitFor();
    expect(await page.locator(".tool.done").count()).toBe(1);
    await shot("sessions");
  });

  test("the timeline is filtered", { timeout: 30_000 }, async () => {
    await tab("Timeline");
    await page.getByLabel("Filter by event type").fill("permission.requested");
    await expect
      .poll(() => page.getByRole("option", { name: "permission.requested" }).count())
      .toBeGreaterThan(0);
    await page
      .getByRole("option", { name: /permission.requested/ })
      .filter({ hasText: "event" })
      .first()
      .click();
    await page.getByRole("complementary").getByText("requestId").first().waitFor();
    await page.getByLabel("Filter by event type").fill("");
    await page.getByLabel("Filter by text").fill("What is here?");
    await expect.poll(() => page.locator(".frame").count()).toBeGreaterThan(0);
    await page.getByLabel("Filter by text").fill("");
    await shot("timeline");
  });

  test("a recording is downloaded, opened and replayed", { timeout: 60_000 }, async () => {
    await tab("Recordings");
    const downloading = page.waitForEvent("download");
    await page.getByRole("link", { name: "Download" }).click();
    const download = await downloading;
    const folder = await mkdtemp(join(tmpdir(), "inspector-"));
    const file = join(folder, "recording.jsonl");
    await download.saveAs(file);
    const text = await readFile(file, "utf8");
    const messages = parseRecording(text);
    expect(messages.length).toBeGreaterThan(20);
    expect(text).not.toContain(model.provider.apiKey);
    await page.getByLabel("A recording: JSON Lines").setInputFiles(file);
    await page.getByText(`${messages.length} messages were opened.`).waitFor();
    await page.getByLabel("Speed").selectOption("100");
    await page.getByRole("button", { name: "Replay" }).click();
    await tab("Timeline");
    await page.getByText(`${messages.length} of ${messages.length}`).waitFor({ timeout: 20_000 });
    await tab("Recordings");
    await shot("recordings");
    await page.getByLabel("A recording: JSON Lines").setInputFiles({
      name: "damaged.jsonl",
      mimeType: "text/plain",
      buffer: Buffer.from("no json\n"),
    });
    await page.getByText("line 1: no recorded message").waitFor();
    await rm(folder, { recursive: true });
  });

  test("axe finds nothing in any view", { timeout: 60_000 }, async () => {
    await page.addScriptTag({ path: axeSource }).catch(() => {});
    const names = await page.getByRole("tab").allTextContents();
    const found: unknown[] = [];
    const source = await readFile(axeSource, "utf8");
    await page.evaluate(source);
    for (const name of names) {
      await tab(name);
      const result = await page.evaluate(async () => {
        const { axe } = window as unknown as {
          axe: { run(): Promise<{ violations: Violation[] }> };
        };
        const { violations } = await axe.run();
        return violations.map(
          ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`,
        );
      });
      found.push(...result.map((each) => `${name}: ${each}`));
    }
    expect(found).toEqual([]);
  });

  test("the page has logged no error, but those of what was tried", () => {
    expect(failures.filter((text) => !/Content Security Policy/.test(text))).toEqual([]);
  });
});

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}
