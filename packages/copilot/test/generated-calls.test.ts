// Every message goes through generated, checked code; this keeps it so.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const folder = fileURLToPath(new URL("../src/", import.meta.url));
const RAW = /\.(?:request|notify|onRequest|onNotification)\s*(?:<[^>]*>)?\(\s*["'`]/g;

test("N2 no source of the client names a method of the wire in a raw call", () => {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const sources = files.filter((file) => file.endsWith(".ts"));
  expect(sources.length).toBeGreaterThan(10);
  const found = sources.flatMap((file) => {
    const matches = readFileSync(`${folder}${file}`, "utf8").match(RAW) ?? [];
    return matches.map((match) => `${file}: ${match}`);
  });
  expect(found).toEqual([]);
});

test("N2 the raw call that it looks for is found", () => {
  for (const raw of ['peer.request("ping")', "peer.onNotification('x', f)", "p.notify<A>(`x`)"]) {
    expect(raw.match(RAW)).not.toBeNull();
  }
  expect("peer.onNotification(carrier.method, f)".match(RAW)).toBeNull();
});
