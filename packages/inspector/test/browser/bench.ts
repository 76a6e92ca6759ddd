// Measures the page with 100,000 frames, and prints the figures as JSON.
import { createRequire } from "node:module";
import { mcpTarget, startInspector } from "@stubwright/inspector";
import { startBrowser } from "./chromium.js";
import { firstLoadBytes, measureTimeline } from "./timeline-delays.js";

const require = createRequire(new URL("../../../../test/package.json", import.meta.url));
const server = require.resolve("@modelcontextprotocol/server-everything/dist/index.js");

const target = await mcpTarget([process.execPath, server, "stdio"]);
const inspector = await startInspector({ target });
const browser = await startBrowser();
const page = await browser.newPage();
await page.goto(inspector.url);
await page.getByText("open", { exact: true }).waitFor();
const { delayMs, heapBytes } = await measureTimeline(page, inspector);
console.log(JSON.stringify({ delayMs, heapMb: heapBytes / 1e6, loadKb: firstLoadBytes() / 1000 }));
await browser.close();
await inspector.close();
