import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type GeneratedFile, generateFiles, readProtocol, StubwrightError } from "../src/index.js";
import { lockFileOf, readLock, writeLock } from "../src/load/lock.js";
import { compileErrors } from "./compile.js";
import { type Fixture, makeFixture } from "./fixture.js";
import { randomFrom } from "./random.js";

type Json = Record<string, unknown>;

/** Changes one installed schema of a fixture, and its digest with it. */
function damage(fixture: Fixture, document: "api" | "events", change: (json: Json) => void): void {
  const json = JSON.parse(readFileSync(fixture.schema(document), "utf8")) as Json;
  change(json);
  writeFileSync(fixture.schema(document), JSON.stringify(json));
  const lock = readLock(lockFileOf(fixture.source));
  const [name = "", entry] = Object.entries(lock)[0] ?? [];
  const digest = createHash("sha256")
    .update(readFileSync(fixture.schema(document)))
    .digest("hex");
  if (entry)
    writeLock(lockFileOf(fixture.source), name, {
      ...entry,
      files: { ...entry.files, [document]: digest },
    });
}

const generate = async (fixture: Fixture) => generateFiles(readProtocol(fixture.source));

describe("a damaged schema is one error with its file and place", () => {
  const definitions = (json: Json) => json.definitions as Record<string, Json>;
  const cases: [name: string, pointer: string, change: (json: Json) => void][] = [
    [
      "a reference to nothing",
      "/definitions/SumResult/properties/steps/$ref",
      (json) => {
        (definitions(json).SumResult?.properties as Json).steps = { $ref: "#/definitions/Nope" };
      },
    ],
    [
      "definitions that mean each other",
      "/definitions/A",
      (json) => {
        Object.assign(definitions(json), {
          A: { anyOf: [{ $ref: "#/definitions/B" }] },
          B: { $ref: "#/definitions/A" },
        });
      },
    ],
    [
      "properties that are a list",
      "/definitions/SumRequest/properties",
      (json) => {
        (definitions(json).SumRequest as Json).properties = [];
      },
    ],
    [
      "an unknown type",
      "/definitions/Unit/type",
      (json) => {
        (definitions(json).Unit as Json).type = "text";
      },
    ],
    [
      "required that is a flag",
      "/definitions/SumRequest/required",
      (json) => {
        (definitions(json).SumRequest as Json).required = true;
      },
    ],
    [
      "an empty union",
      "/definitions/Answer/anyOf",
      (json) => {
        definitions(json).Answer = { anyOf: [] };
      },
    ],
    [
      "a method without a name",
      "/server/ping/rpcMethod",
      (json) => {
        (json.server as Record<string, Json>).ping = { rpcMethod: 7 };
      },
    ],
    [
      "a method without a group",
      "/ping",
      (json) => {
        json.ping = { rpcMethod: "ping" };
      },
    ],
    [
      "params that are a string",
      "/server/sum/params",
      (json) => {
        ((json.server as Json).sum as Json).params = "SumRequest";
      },
    ],
    [
      "a reference to nothing, of a method with the name of a keyword",
      "/server/default/params/$ref",
      (json) => {
        (json.server as Json).default = { rpcMethod: "d", params: { $ref: "#/definitions/Nope" } };
      },
    ],
    [
      "a reference to nothing, of a member with the name of a keyword",
      "/definitions/SumRequest/properties/default/$ref",
      (json) => {
        (definitions(json).SumRequest?.properties as Json).default = { $ref: "#/definitions/Nope" };
      },
    ],
    [
      "a pattern that is none",
      "/definitions/Unit/pattern",
      (json) => {
        definitions(json).Unit = { type: "string", pattern: "[" };
      },
    ],
    [
      "a name of patterns that is none",
      "/definitions/Unit/patternProperties/[",
      (json) => {
        definitions(json).Unit = { patternProperties: { "[": {} } };
      },
    ],
    [
      "dependencies that are a text",
      "/definitions/Unit/dependencies/a",
      (json) => {
        definitions(json).Unit = { dependencies: { a: "b" } };
      },
    ],
    ...[
      ...["additionalItems", "contains", "else", "if", "propertyNames", "then"],
      ...["unevaluatedItems", "unevaluatedProperties"],
    ].map((keyword): [string, string, (json: Json) => void] => [
      `a damaged schema under ${keyword}`,
      `/definitions/Unit/${keyword}/anyOf/0/required`,
      (json) => {
        definitions(json).Unit = { [keyword]: { anyOf: [{ required: 5 }] } };
      },
    ]),
  ];

  test.each(cases)("%s", async (_, pointer, change) => {
    using fixture = makeFixture("calculator");
    damage(fixture, "api", change);
    await expect(generate(fixture)).rejects.toMatchObject({
      name: "StubwrightError",
      code: "SCHEMA_INVALID",
      file: fixture.schema("api"),
      pointer,
    });
  });

  test.each([
    ["/scopes", { scopes: "sessionId" }],
    ["/scopes/session", { scopes: { session: 5 } }],
    ["/events", { events: [] }],
    ["/events/E/carrier", { events: { E: { carrier: {} } } }],
    ["/events/E/carrier", { events: { E: { carrier: { method: "event" } } } }],
    ["/events/E", { events: { E: {} } }],
    ["/wire/framing", { wire: { framing: "lsp" } }],
    ["/wire/jsonrpcField", { wire: { jsonrpcField: "yes" } }],
  ])("the handwritten schema: %s", async (pointer, core) => {
    using fixture = makeFixture("calculator");
    const file = join(fixture.folder, "core.schema.json");
    writeFileSync(file, JSON.stringify(core));
    await expect(generate(fixture)).rejects.toMatchObject({
      code: "SCHEMA_INVALID",
      file,
      pointer,
      remedy: expect.any(String),
    });
  });

  test.each([
    ["beside right ones", { a: { rpcMethod: "a" }, b: { rpcMetod: "b" } }, "/server/b"],
    ["in another case", { a: { rpcMethod: "a" }, b: { c: { rpcmethod: "c" } } }, "/server/b"],
    ["of every method", { b: { rpcMethods: "b" } }, "/server/b"],
    ["below a method", { a: { rpcMethod: "a", b: { rpcMethd: "b" } } }, "/server/a/b"],
  ])("a misspelt rpcMethod %s", async (_, server, pointer) => {
    using fixture = makeFixture("calculator");
    damage(fixture, "api", (json) => Object.assign(json, { server }));
    await expect(generate(fixture)).rejects.toMatchObject({
      code: "SCHEMA_INVALID",
      file: fixture.schema("api"),
      pointer,
      remedy: expect.stringContaining("`rpcMethod`"),
    });
  });

  test("an object among methods that is none", async () => {
    using fixture = makeFixture("calculator");
    damage(fixture, "api", (json) => {
      (json.server as Json).lost = { params: null, result: null };
    });
    await expect(generate(fixture)).rejects.toMatchObject({ pointer: "/server/lost" });
    using extended = makeFixture("calculator");
    damage(extended, "api", (json) => {
      (json.server as Json)["x-lost"] = { params: null, result: null };
    });
    await generate(extended);
  });

  test("documents without a method and without an event", async () => {
    using fixture = makeFixture("calculator");
    writeFileSync(join(fixture.folder, "core.schema.json"), "{}");
    const rename = (text: string) => text.replaceAll('"rpcMethod"', '"method"');
    damage(fixture, "api", (json) => Object.assign(json, JSON.parse(rename(JSON.stringify(json)))));
    await expect(generate(fixture)).rejects.toMatchObject({
      code: "SCHEMA_INVALID",
      message: "The schemas have no methods and no events.",
      remedy: expect.stringContaining("`rpcMethod`"),
    });
  });

  test("documents with events alone are enough", async () => {
    using fixture = makeFixture("calculator");
    const core = { events: { CalculatorEvent: {} } };
    writeFileSync(join(fixture.folder, "core.schema.json"), JSON.stringify(core));
    damage(fixture, "api", (json) => {
      delete json.server;
      delete json.session;
      delete json.client;
      delete json.clientSession;
    });
    const { methods, unions } = readProtocol(fixture.source);
    expect(methods).toEqual([]);
    expect(unions.map(({ id }) => id)).toEqual(["CalculatorEvent"]);
    expect(compileErrors(await generate(fixture))).toBe("");
  });

  const anything = { any: ["thing"], $ref: "nowhere", required: 5, anyOf: [{ required: 5 }] };
  test.each([
    ["an unknown keyword", { "x-novelty": anything, novelty: anything }],
    ["data", { default: anything, examples: [anything] }],
  ])("%s is let be", async (_, members) => {
    using fixture = makeFixture("calculator");
    const before = await generate(fixture);
    damage(fixture, "api", (json) => Object.assign(definitions(json).SumRequest as Json, members));
    const after = await generate(fixture);
    const types = (files: typeof before) => files.find((file) => file.path === "types.gen.ts");
    expect(types(after)).toEqual(types(before));
  });
});

test.each([
  ["percent-encoded", "Rec<string>", "Rec%3Cstring%3E"],
  ["with a slash", "a/b", "a~1b"],
  ["with a tilde", "a~b", "a~0b"],
  ["with a percent sign", "50%", "50%25"],
])("a reference that is escaped leads to its definition: %s", async (_, name, escaped) => {
  using fixture = makeFixture("calculator");
  damage(fixture, "api", (json) => {
    Object.assign(json.definitions as Json, {
      [name]: { type: "boolean" },
      Holder: { type: "object", properties: { held: { $ref: `#/definitions/${escaped}` } } },
    });
  });
  const { types } = readProtocol(fixture.source);
  const held = types.Holder?.properties?.held?.$ref?.split("/").at(-1) ?? "";
  expect(types[held]).toEqual({ type: "boolean" });
});

/** How many mutations are tried: `ROUNDS=2000` for a longer look. */
const ROUNDS = Number(process.env.ROUNDS ?? 500);

test("random mutations give a diagnostic, or files that compile", {
  timeout: 120_000 + ROUNDS * 200,
}, async () => {
  const seed = Number(process.env.SEED ?? 20_261_122);
  console.info(`seed ${seed}`);
  const random = randomFrom(seed);
  const generated: GeneratedFile[] = [];
  let refused = 0;
  for (let round = 0; round < ROUNDS; round++) {
    using fixture = makeFixture(random() < 0.5 ? "calculator" : "shapes");
    damage(fixture, random() < 0.7 ? "api" : "events", (json) => mutate(json, random));
    try {
      const files = await generate(fixture);
      generated.push(...files.map((file) => ({ ...file, path: `${round}/${file.path}` })));
    } catch (error) {
      if (!(error instanceof StubwrightError)) {
        throw new Error(`round ${round} of seed ${seed}`, { cause: error });
      }
      refused++;
      const { message, file, pointer } = error;
      // What is gone has no place.
      if (message.endsWith("have no methods and no events.")) continue;
      expect({ message, file, pointer }, `round ${round} of seed ${seed}`).toEqual({
        message: expect.stringMatching(/./),
        file: expect.stringMatching(/\.schema\.json$/),
        pointer: expect.stringMatching(/^(\/|$)/),
      });
    }
  }
  expect(refused).toBeGreaterThan(ROUNDS / 10);
  expect(refused).toBeLessThan(ROUNDS * 0.9);
  expect(compileErrors(generated)).toBe("");
});

/** What a place is renamed to: keywords, methods of every object, and names that are hard to print. */
const RENAMED = [
  ...["type", "$ref", "properties", "rpcMethod", "9 lives", "größe", "then"],
  ...Object.getOwnPropertyNames(Object.prototype),
];

/** Changes one place of a document: removes it, replaces it, renames it or copies another there. */
function mutate(json: Json, random: () => number): void {
  const places: { holder: Json | unknown[]; key: string }[] = [];
  const collect = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    for (const [key, child] of Object.entries(node)) {
      places.push({ holder: node as Json, key });
      collect(child);
    }
  };
  collect(json);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const { holder, key } = pick(places);
  const target = holder as Json;
  const values = [
    null,
    true,
    0,
    "",
    "#/definitions/Nope",
    [],
    {},
    [null],
    { $ref: 1 },
    "__proto__",
  ];
  switch (Math.floor(random() * 4)) {
    case 0:
      delete target[key];
      break;
    case 1:
      target[key] = structuredClone(pick(values));
      break;
    case 2:
      target[pick(RENAMED)] = target[key];
      break;
    default: {
      const other = pick(places);
      target[key] = structuredClone((other.holder as Json)[other.key]);
    }
  }
}
