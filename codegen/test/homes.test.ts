import { expect, test } from "vitest";
import { decideHomes, INTERNAL_TYPES, PUBLIC_TYPES } from "../src/emit/homes.js";
import { generateFiles } from "../src/index.js";
import { method, protocolOf } from "./inline.js";

const ref = (name: string) => ({ $ref: `#/definitions/${name}` });
const object = (members: Record<string, object>) => ({ type: "object", properties: members });
const internal = { visibility: "internal" };

const protocol = protocolOf({
  api: {
    definitions: {
      Open: object({ needed: ref("Needed") }),
      Needed: { ...object({ further: ref("Further"), open: ref("Open") }), ...internal },
      Further: { ...object({ inside: object({ a: { type: "string" } }) }), ...internal },
      Hidden: { ...object({ open: ref("Open"), other: ref("Other") }), ...internal },
      Other: { ...object({ hidden: ref("Hidden") }), ...internal },
      Result: { ...object({ a: { type: "string" } }), ...internal },
      InternalResult: { ...object({ b: { type: "string" } }), ...internal },
    },
    server: {
      open: method("open", null, ref("Result")),
      hidden: { ...method("hidden", null, ref("InternalResult")), ...internal },
    },
  },
});

test("types that are marked internal stand apart, unless something public needs them", () => {
  const homes = decideHomes(protocol);
  const of = (file: string) => [...homes].filter(([, home]) => home === file).map(([name]) => name);
  expect(of(PUBLIC_TYPES).sort()).toEqual(["Further", "FurtherInside", "Needed", "Open", "Result"]);
  expect(of(INTERNAL_TYPES).sort()).toEqual(["Hidden", "InternalResult", "Other"]);
});

test("public files do not import internal ones", async () => {
  const files = await generateFiles(protocol);
  const text = (name: string) => files.find(({ path }) => path === name)?.text;
  for (const name of [PUBLIC_TYPES, "rpc.gen.ts", "events.gen.ts", "index.gen.ts"]) {
    expect(text(name)).not.toContain("internal");
  }
  expect(text(INTERNAL_TYPES)).toContain('from "./types.gen.js"');
});
