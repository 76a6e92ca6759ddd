import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { diffProtocols } from "../src/diff/index.js";
import { readSide } from "../src/diff/read-side.js";
import type { JsonSchema, Protocol } from "../src/index.js";
import { makeSide, object, plainMethod, withEvents } from "./diff-side.js";
import { method, protocolOf } from "./inline.js";
import { randomFrom } from "./random.js";
import { randomSchema } from "./random-schema.js";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** What is compared with itself has no changes; copied, so that nothing is the same object. */
function expectSame(protocol: Protocol): void {
  const sides = [makeSide(protocol), makeSide(structuredClone(protocol))] as const;
  const { changes, bump } = diffProtocols(...sides, { descriptions: true });
  expect(changes).toEqual([]);
  expect(bump).toBe("none");
}

describe("a protocol compared with itself has no changes", () => {
  const golden = fileURLToPath(new URL("golden/", import.meta.url));

  test.each(readdirSync(golden))("the golden case %s", (name) => {
    expectSame(readSide(`${golden}${name}`, { cache: "" }).protocol);
  });

  test.each(["schema/copilot/source.json", "examples/own-protocol/schema/source.json"])(
    "%s",
    (source) => {
      expectSame(readSide(`${root}${source}`, { cache: "" }).protocol);
    },
    30_000,
  );

  test("500 random schemas", () => {
    const random = randomFrom(11);
    for (let n = 0; n < 500; n++) {
      const definitions = Object.fromEntries(
        ["A", "B", "C"].map((name) => [name, randomSchema(random, 3)]),
      );
      const schema = randomSchema(random, 4);
      const of = (value: JsonSchema) => ({ type: "object", properties: { value } });
      const api = {
        server: { call: method("call", of(schema), of(schema)) },
        clientGlobal: { ask: method("ask", of(schema), of(schema)) },
        definitions,
      };
      expectSame(protocolOf({ api }));
    }
  });

  test("one tag in two unions, and one name on the wire for two methods", () => {
    const ready = (more: JsonSchema) => object({ type: { const: "ready" }, more });
    const one = withEvents({ ready: ready({ type: "string" }) });
    const union = { tagPath: ["type"], open: true as const, carrier: null };
    const types = { ...one.types, Second: ready({ type: "number" }), P: object({ x: {} }) };
    const second = { ...union, id: "Other", arms: { ready: "Second" } };
    const methods = [plainMethod, { ...plainMethod, path: ["other"], params: "P" }];
    const parts = { types, unions: [...(one.unions ?? []), second], methods };
    expectSame(makeSide(parts).protocol);
    expectSame(makeSide({ ...parts, methods: methods.toReversed() }).protocol);
  });
});
