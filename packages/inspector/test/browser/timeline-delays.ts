import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import type { Inspector } from "@stubwright/inspector";
import type { Page } from "playwright-core";

/** How the page does with many frames. */
export interface TimelineFigures {
  /** How long a timer of the page waits while it is scrolled, 9 of 10 times at most, in milliseconds. */
  readonly delayMs: number;
  /** What its JavaScript holds, in bytes. */
  readonly heapBytes: number;
  /** Rows in the document. */
  readonly rows: number;
}

/** Fills the timeline of an open page with 100,000 frames and scrolls it from end to end. */
export async function measureTimeline(
  page: Page,
  { inspection }: Inspector,
): Promise<TimelineFigures> {
  await page.getByRole("tab", { name: "Timeline" }).click();
  const params = { level: "info", data: "x".repeat(200) };
  const message = { jsonrpc: "2.0", method: "notifications/message", params } as const;
  for (let index = 0; index < 100_000; index++) inspection.take(message, "in", 300, Date.now());
  await page.getByText(/of 1\d{5}$|of 100000$/).waitFor({ timeout: 60_000 });
  const delays = await page.evaluate(async () => {
    const box = document.querySelector(".rows") as HTMLElement;
    const found: number[] = [];
    for (let step = 0; step < 60; step++) {
      box.scrollTop = (box.scrollHeight / 60) * step;
      const began = performance.now();
      await new Promise((resolve) => setTimeout(resolve));
      found.push(performance.now() - began);
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    return found.sort((one, other) => one - other);
  });
  const { heapBytes, rows } = await page.evaluate(() => ({
    heapBytes: (performance as unknown as { memory: { usedJSHeapSize: number } }).memory
      .usedJSHeapSize,
    rows: document.querySelectorAll(".frame").length,
  }));
  return { delayMs: delays[Math.floor(delays.length * 0.9)] ?? 0, heapBytes, rows };
}

/** What the page loads at first, compressed, in bytes. */
export function firstLoadBytes(): number {
  const folder = fileURLToPath(new URL("../../dist/page/assets/", import.meta.url));
  const sizes = readdirSync(folder).map((file) => gzipSync(readFileSync(folder + file)).length);
  return sizes.reduce((sum, size) => sum + size);
}
