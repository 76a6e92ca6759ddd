// R12: what a hostile page can try against the inspector.
import { request } from "node:http";
import { type Inspector, loadProtocol, startInspector } from "@stubwright/inspector";
import { memoryTransportPair } from "@stubwright/rpc";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";

let inspector: Inspector;
let port: string;
let token: string;
beforeAll(async () => {
  const protocol = await loadProtocol("mcp");
  const [near] = memoryTransportPair();
  const target = {
    title: "nobody",
    kind: "command",
    protocol,
    open: async () => ({ transport: near }),
  } as const;
  inspector = await startInspector({ target });
  ({ port } = new URL(inspector.url));
  token = new URL(inspector.url).searchParams.get("token") as string;
});
afterAll(() => inspector.close());

/** The status of a GET with any headers. */
function get(
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: NodeJS.Dict<string | string[]> }> {
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port, path, headers }, (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0, headers: response.headers });
    })
      .on("error", reject)
      .end();
  });
}

/** Whether a socket is let in. */
function opens(path: string, headers: Record<string, string>): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
    socket.on("open", () => {
      socket.close();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}

describe("R12 the page and what it loads", () => {
  test("is let in with the token, by the names of this machine", async () => {
    for (const host of ["127.0.0.1", "localhost", "[::1]"]) {
      expect((await get(`/?token=${token}`, { host: `${host}:${port}` })).status).toBe(200);
    }
  });

  test.each([
    ["no token", "/", {}],
    ["a wrong token", "/?token=wrong", {}],
    ["a token of another length", "/?token=", {}],
    ["a wrong Host: DNS rebinding", "/?token=TOKEN", { host: "evil.example" }],
    ["a Host that begins with ours", "/?token=TOKEN", { host: "127.0.0.1.evil.example:PORT" }],
    ["another port in Host", "/?token=TOKEN", { host: "127.0.0.1:1" }],
    ["another Origin", "/?token=TOKEN", { origin: "https://evil.example" }],
    ["a page on another port", "/?token=TOKEN", { origin: "http://127.0.0.1:1" }],
    ["an Origin of null", "/?token=TOKEN", { origin: "null" }],
    ["the recording without a token", "/recording.jsonl", {}],
    ["scripts by another Host", "/assets/x.js", { host: "evil.example" }],
  ])("refuses %s", async (_, path, headers) => {
    const fill = (text: string) => text.replace("TOKEN", token).replace("PORT", port);
    const given = Object.entries(headers).map(([name, value]) => [name, fill(value as string)]);
    expect((await get(fill(path), Object.fromEntries(given))).status).toBe(403);
  });

  test("a request whose path is none does no harm", async () => {
    for (const path of ["//", "/%", "/%zz", "http://[", `//?token=${token}`]) {
      expect((await get(path)).status).toBeGreaterThanOrEqual(400);
    }
    expect((await get(`/?token=${token}`)).status).toBe(200);
  });

  test("nothing outside of the page's folder is served", async () => {
    for (const path of ["/../package.json", "/%2e%2e/package.json", "/assets/../../index.js"]) {
      expect((await get(`${path}?token=${token}`)).status).not.toBe(200);
    }
  });

  test("says that nothing is loaded from elsewhere, and that nobody may frame it; no CORS", async () => {
    const { headers } = await get(`/?token=${token}`);
    expect(headers["content-security-policy"]).toMatch(
      /default-src 'none'.*frame-ancestors 'none'/,
    );
    expect(headers["access-control-allow-origin"]).toBeUndefined();
    expect(headers["referrer-policy"]).toBe("no-referrer");
  });
});

describe("R12 the socket", () => {
  const own = () => ({ origin: `http://127.0.0.1:${port}` });

  test("is opened by its own page with the token", async () => {
    expect(await opens(`/socket?token=${token}`, own())).toBe(true);
  });

  test("is not opened without token, by another Origin, by none, or by another Host", async () => {
    const path = `/socket?token=${token}`;
    expect(await opens("/socket", own())).toBe(false);
    expect(await opens("/socket?token=wrong", own())).toBe(false);
    expect(await opens(path, { origin: "http://evil.example" })).toBe(false);
    expect(await opens(path, { origin: "http://127.0.0.1:1" })).toBe(false);
    expect(await opens(path, {})).toBe(false);
    expect(await opens(path, { ...own(), host: "evil.example" })).toBe(false);
  });

  test("runs nothing that the command line did not name: there is no request that takes a command", async () => {
    const { requestHandlers } = await import("../src/server/requests.js");
    const names = Object.keys(requestHandlers(inspector.inspection));
    expect(names.filter((name) => /spawn|command|exec|start/.test(name))).toEqual([]);
  });
});
