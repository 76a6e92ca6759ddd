import { describe, expect, test } from "vitest";
import { FormModel, propertiesOf } from "../page/src/form/model.js";
import { checkParams, paramsSchema } from "../src/describe.js";
import { loadProtocol, PROTOCOLS } from "../src/protocols.js";

describe.each(PROTOCOLS)("I1 %s", (name) => {
  test("every method has a form, and the value that it begins with passes the schema", async () => {
    const protocol = await loadProtocol(name);
    const wrong: string[] = [];
    let forms = 0;
    for (const method of protocol.descriptor.methods) {
      const schema = paramsSchema(protocol, method);
      if (schema === null) continue;
      forms++;
      const value = new FormModel(schema).initial(schema);
      for (const { pointer, message } of checkParams(protocol, method, value)) {
        wrong.push(`${method.method} ${pointer}: ${message}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(forms).toBeGreaterThan(10);
  });

  test("every optional member that is put in passes the schema", async () => {
    const protocol = await loadProtocol(name);
    const wrong: string[] = [];
    let members = 0;
    for (const method of protocol.descriptor.methods) {
      const schema = paramsSchema(protocol, method);
      if (schema === null) continue;
      const model = new FormModel(schema);
      const value = model.initial(schema) as Record<string, unknown>;
      const shape = model.resolve((model.arms(model.resolve(schema)) ?? [schema])[0]);
      for (const [member, inner] of Object.entries(propertiesOf(shape))) {
        if (member in value) continue;
        members++;
        const given = { ...value, [member]: model.initial(inner) ?? null };
        for (const { pointer, message } of checkParams(protocol, method, given)) {
          wrong.push(`${method.method} ${pointer}: ${message}`);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(members).toBeGreaterThan(10);
  });
});

describe("I1 a form", () => {
  const form = (schema: object) => new FormModel(schema as never);

  test("follows references, and ends where a schema contains itself", () => {
    const node = {
      type: "object",
      properties: { next: { anyOf: [{ $ref: "#/$defs/Node" }, { type: "null" }] } },
      required: ["next"],
    };
    const model = form({ $ref: "#/$defs/Node", $defs: { Node: node } });
    expect(JSON.stringify(model.initial(model.root))).toMatch(/^(\{"next":)+null\}+$/);
  });

  test("joins allOf, and knows the arm of a value by its constants", () => {
    const model = form({
      allOf: [
        { type: "object", properties: { a: { const: 1 } }, required: ["a"] },
        { properties: { b: { type: "string", minLength: 2 } }, required: ["b"] },
      ],
    });
    expect(model.initial(model.root)).toEqual({ a: 1, b: "xx" });
    const arms = ["x", "y"].map((kind) => ({
      type: "object",
      properties: { kind: { const: kind } },
      required: ["kind"],
    }));
    expect(form({}).armOf(arms, { kind: "y" })).toBe(1);
    expect(form({}).armOf([{ type: "null" }, { type: "string" }], "text")).toBe(1);
  });

  test.each([
    [{ type: "integer", minimum: 3 }, 3],
    [{ type: "integer", exclusiveMinimum: 0 }, 1],
    [{ type: "number", maximum: -2 }, -2],
    [{ type: "string", format: "uri" }, "https://example.com/"],
    [{ type: "string", enum: ["b", "a"] }, "b"],
    [{ type: ["null", "string"] }, ""],
    [{ type: "array", items: { type: "integer" }, minItems: 2 }, [0, 0]],
    [{ type: "string", default: "d" }, "d"],
    [{ type: "string", examples: ["e"] }, "e"],
    [{ type: "object", additionalProperties: { type: "integer" }, minProperties: 1 }, { name0: 0 }],
  ])("begins %j with %j", (schema, value) => {
    expect(form(schema).initial(schema)).toEqual(value);
  });
});
