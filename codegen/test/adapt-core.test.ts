import { expect, test } from "vitest";
import { method, protocolOf } from "./inline.js";

const limits = { type: "object", properties: { seconds: { type: "number" } } };
const api = (name: string, methods: object = {}) => ({
  server: { run: method("run"), ...methods },
  definitions: { [name]: limits },
});
const core = (ref: string, published?: object) => ({
  server: { start: method("start", { type: "object", properties: { limits: { $ref: ref } } }) },
  ...(published && { published }),
});
const path = (name: string) => `api.schema.json#/definitions/${name}`;

test("a reference to what was renamed is named with the likely new name and the edit", () => {
  const documents = {
    api: api("WorkflowDeclaredLimits"),
    core: core(path("FactoryDeclaredLimits")),
  };
  expect(() => protocolOf(documents)).toThrow(
    expect.objectContaining({
      code: "CORE_STALE",
      file: "core.schema.json",
      pointer: "/server/start/params/properties/limits/$ref",
      message: `Unresolved $ref "${path("FactoryDeclaredLimits")}" (probably "${path("WorkflowDeclaredLimits")}" now).`,
      remedy: expect.stringContaining(
        `"published": { "FactoryDeclaredLimits": ["${path("WorkflowDeclaredLimits")}", "${path("FactoryDeclaredLimits")}"] }`,
      ),
    }),
  );
});

test("all references that lead nowhere are listed in one error", () => {
  const documents = {
    api: api("Other"),
    core: { ...core(path("A1")), definitions: { B: { $ref: path("B1") } } },
  };
  expect(() => protocolOf(documents)).toThrow(/"api.*A1" \(no published.*"api.*B1" \(no published/);
});

test.each(["FactoryDeclaredLimits", "WorkflowDeclaredLimits"])(
  "one entry fits versions with either name: %s",
  (name) => {
    const both = [path("FactoryDeclaredLimits"), path("WorkflowDeclaredLimits")];
    const { types } = protocolOf({
      api: api(name),
      core: core("#/published/Limits", { Limits: both }),
    });
    expect(types.StartParams?.properties?.limits?.$ref).toBe(`#/definitions/${name}`);
    expect(types).not.toHaveProperty("Limits");
  },
);

test("a schema of one's own stands in where nothing is published", () => {
  const published = {
    Limits: [path("Limits"), { type: "object", properties: { own: { type: "string" } } }],
  };
  const without = protocolOf({ api: api("Other"), core: core("#/published/Limits", published) });
  expect(without.types.Limits?.properties).toHaveProperty("own");
  const having = protocolOf({ api: api("Limits"), core: core("#/published/Limits", published) });
  expect(having.types.Limits?.properties).toHaveProperty("seconds");
});

test("a reference to an entry that is not there names the nearest one", () => {
  const documents = {
    api: api("Limits"),
    core: core("#/published/Limit", { Limits: [path("Limits")] }),
  };
  expect(() => protocolOf(documents)).toThrow(
    'Unresolved $ref "#/published/Limit". Did you mean "#/published/Limits"?',
  );
});

test("an entry with unlessPublished gives way to a published one, and stays without", () => {
  const own = { ...method("stop"), description: "Ours.", unlessPublished: true };
  const handwritten = {
    server: { stop: own },
    definitions: { Limits: { type: "string", unlessPublished: true } },
  };
  const stop = (given: object) =>
    protocolOf({ api: given, core: handwritten }).methods.filter(({ wire }) => wire === "stop");
  expect(stop(api("Other"))).toMatchObject([{ doc: "Ours." }]);
  expect(stop(api("Limits", { halt: method("stop") }))).toMatchObject([
    { doc: "", path: ["halt"] },
  ]);
});
