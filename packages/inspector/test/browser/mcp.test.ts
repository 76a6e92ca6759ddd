import { createRequire } from "node:module";
import { type Inspector, mcpTarget, startInspector } from "@stubwright/inspector";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { because, missing, startBrowser } from "./chromium.js";
import { firstLoadBytes, measureTimeline } from "./timeline-delays.js";

const require = createRequire(new URL("../../../../test/package.json", import.meta.url));
const EVERYTHING = require.resolve("@modelcontextprotocol/server-everything/dist/index.js");

describe.skipIf(missing)(`I1 the page, on an MCP server${because}`, () => {
  let browser: Browser;
  let inspector: Inspector;
  let page: Page;
  beforeAll(async () => {
    const target = await mcpTarget([process.execPath, EVERYTHING, "stdio"]);
    const compare = async (from: string, to: string) => ({
      changes: [{ verdict: "breaking", what: "tools/call was removed.", place: "tools/call" }],
      versions: [from, to] as const,
    });
    inspector = await startInspector({ target, lingerMs: 300, compare });
    browser = await startBrowser();
    page = await browser.newPage();
    await page.goto(inspector.url);
    await page.getByText("open", { exact: true }).waitFor();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await inspector?.close();
  });
  const tab = (name: string) => page.getByRole("tab", { name }).click();

  test("a tool is called, and what it samples is answered by hand", {
    timeout: 30_000,
  }, async () => {
    await page.getByRole("searchbox", { name: "Search methods" }).fill("tools/call");
    await page.getByRole("button", { name: "tools/call", exact: true }).click();
    const editor = page.getByLabel("params as JSON");
    await editor.click();
    await page.keyboard.press("Control+A");
    const params = { name: "trigger-sampling-request", arguments: { prompt: "hi", maxTokens: 5 } };
    await page.keyboard.insertText(JSON.stringify(params));
    await page.getByRole("button", { name: "Call", exact: true }).click();
    await tab("Asks");
    const ask = page.getByRole("article", { name: "sampling/createMessage" });
    await ask.waitFor();
    const answer = page.getByLabel("answer as JSON");
    await answer.click();
    await page.keyboard.press("Control+A");
    const content = { type: "text", text: "by hand" };
    await page.keyboard.insertText(JSON.stringify({ role: "assistant", model: "m", content }));
    await ask.getByRole("button", { name: "Answer", exact: true }).click();
    await tab("Timeline");
    await page.getByLabel("Filter by text").fill("by hand");
    await expect.poll(() => page.locator(".frame").count()).toBe(2);
    await page.getByLabel("Filter by text").fill("");
  });

  test("a call is cancelled", { timeout: 30_000 }, async () => {
    await tab("Methods");
    await page.getByRole("searchbox", { name: "Search methods" }).fill("tools/call");
    await page.getByRole("button", { name: "tools/call", exact: true }).click();
    const editor = page.getByLabel("params as JSON");
    await editor.click();
    await page.keyboard.press("Control+A");
    const wait = { name: "trigger-long-running-operation", arguments: { duration: 20, steps: 2 } };
    await page.keyboard.insertText(JSON.stringify(wait));
    await page.getByRole("button", { name: "Call", exact: true }).click();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByText("CALL_ABORTED").waitFor();
  });

  test("I2 two versions are compared", { timeout: 30_000 }, async () => {
    await tab("Versions");
    await page.getByLabel("From").fill("1");
    await page.getByLabel("to", { exact: true }).fill("2");
    await page.getByRole("button", { name: "Compare" }).click();
    await page.getByText("1 changes from 1 to 2").waitFor();
    await page.getByRole("cell", { name: "breaking" }).waitFor();
  });

  test("I1 100,000 frames, and the page answers within 50 ms", { timeout: 120_000 }, async () => {
    const { delayMs, heapBytes, rows } = await measureTimeline(page, inspector);
    expect(delayMs).toBeLessThan(50);
    expect(rows).toBeLessThan(100);
    expect(heapBytes).toBeLessThan(400 * 1024 * 1024);
  });

  test("I1 the first load is at most 300 KB, compressed", () => {
    expect(firstLoadBytes()).toBeLessThan(300 * 1024);
  });

  test("the inspector ends with its last page", { timeout: 20_000 }, async () => {
    await page.close();
    await inspector.ended;
    await expect(fetch(inspector.url)).rejects.toThrow();
  });
});
