import { pascalCase } from "../names/identifiers.js";
import { isObject, type JsonSchema } from "../schema.js";
import type { Format, FormatInput, FoundMethod, Reading } from "./format.js";
import { follow, listAt, type Part, refusePart, resolvePart, textOf } from "./local.js";
import { at, Places } from "./places.js";

/** OpenRPC 1.x: a list of methods with params by position or by name, results and errors. */
export const openrpc: Format = {
  name: "openrpc",
  looks: "an OpenRPC document: `openrpc` and a list `methods`",
  recognises: (json) => typeof json.openrpc === "string" && Array.isArray(json.methods),
  read: (input) => new OpenRpcReader(input).read(),
};

/** What a reference begins with that leads to a schema of the components. */
const SCHEMAS = "#/components/schemas/";

class OpenRpcReader {
  readonly #file: string;
  readonly #json: JsonSchema;
  readonly #places = new Places();
  readonly #definitions: Record<string, unknown> = {};

  constructor({ file, json }: FormatInput) {
    this.#file = file;
    this.#json = json;
  }

  read(): Reading {
    const { components } = this.#json;
    const schemas = isObject(components) && isObject(components.schemas) ? components.schemas : {};
    for (const [name, schema] of Object.entries(schemas)) {
      this.#places.put(at("", "definitions", name), at("/components/schemas", name));
      this.#definitions[name] = this.#schema(schema);
    }
    const methods = listAt(this.#file, this.#json, "methods").map((part) => this.#method(part));
    const { $schema } = this.#json;
    return {
      schema: { ...(typeof $schema === "string" && { $schema }), definitions: this.#definitions },
      methods,
      wire: { framing: "ndjson", jsonrpcField: true },
      places: this.#places,
      conventions: false,
      plainNames: true,
    };
  }

  #method(given: Part): FoundMethod {
    const part = resolvePart(this.#json, given);
    const method = this.#object(part);
    const wire = textOf(method, "name");
    if (!wire) return refusePart(this.#file, part.pointer, "A method without a name.", "Name it.");
    const params = this.#params(wire, method, part.pointer);
    const result =
      method.result === undefined
        ? undefined
        : this.#descriptor(method.result, at(part.pointer, "result"));
    const description = textOf(method, "description") ?? textOf(method, "summary");
    const errors = this.#errors(method, part.pointer);
    const error =
      errors.length > 1 ? { title: `${pascalCase(wire)}Error`, anyOf: errors } : errors[0];
    return {
      wire,
      side: "server",
      // A method that has no result is not answered.
      kind: result ? "request" : "notification",
      params: params.schema,
      paramsOptional: params.optional,
      ...(result && { result: result.schema, resultFrom: "schema", resultAt: result.pointer }),
      more: {
        ...(description && { description }),
        ...(method.deprecated === true && { deprecated: true }),
        ...(error && { error }),
      },
      at: part.pointer,
      paramsAt: at(part.pointer, "params"),
    };
  }

  /** By name only if the method says so: that is the one form in which all have to be objects. */
  #params(wire: string, method: Record<string, unknown>, pointer: string) {
    const list = Array.isArray(method.params) ? (method.params as unknown[]) : [];
    if (list.length === 0) return { schema: null, optional: true };
    const params = list.map((given, index) =>
      this.#descriptor(given, at(pointer, "params", index)),
    );
    const required = params.filter((param) => param.required);
    const title = `${pascalCase(wire)}Params`;
    if (method.paramStructure === "by-name") {
      const schema = {
        title,
        type: "object",
        properties: Object.fromEntries(params.map(({ name, schema }) => [name, schema])),
        required: required.map(({ name }) => name),
      };
      return { schema, optional: required.length === 0 };
    }
    // What comes before a required one has to be there too.
    const least = params.findLastIndex((param) => param.required) + 1;
    const schema = {
      title,
      type: "array",
      items: params.map((param) => param.schema),
      additionalItems: false,
      minItems: least,
    };
    return { schema, optional: least === 0 };
  }

  #descriptor(given: unknown, pointer: string) {
    const part = resolvePart(this.#json, { value: given, pointer });
    const { name, required, schema = {}, ...own } = this.#object(part);
    if (isObject(given) && typeof given.$ref === "string" && part.value === given) {
      const remedy = "Correct the reference.";
      refusePart(this.#file, at(pointer, "$ref"), `Unresolved $ref "${given.$ref}".`, remedy);
    }
    const text = textOf(own, "description") ?? textOf(own, "summary");
    const read = this.#schema(schema);
    const described = text && isObject(read) && read.description === undefined;
    return {
      name: typeof name === "string" ? name : "",
      required: required === true,
      schema: described ? { ...read, description: text } : read,
      pointer: at(part.pointer, "schema"),
    };
  }

  #errors(method: Record<string, unknown>, pointer: string) {
    const list = Array.isArray(method.errors) ? (method.errors as unknown[]) : [];
    return list.map((value, index) => {
      const part = resolvePart(this.#json, { value, pointer: at(pointer, "errors", index) });
      const { code, message, data } = this.#object(part);
      if (!Number.isInteger(code)) {
        refusePart(
          this.#file,
          part.pointer,
          "An error without a code.",
          "Give it an integer code.",
        );
      }
      // What `data` holds is an example or a schema; only the latter says what it is.
      const schema =
        isObject(data) && ("type" in data || "$ref" in data) ? this.#schema(data) : undefined;
      return errorSchema(code, textOf({ message }, "message"), schema);
    });
  }

  /** A schema with its references led to where definitions are. */
  #schema(schema: unknown): unknown {
    if (Array.isArray(schema)) return schema.map((item) => this.#schema(item));
    if (!isObject(schema)) return schema;
    return Object.fromEntries(
      Object.entries(schema).map(([key, value]) => {
        if (key === "$ref" && typeof value === "string") return [key, this.#reference(value)];
        return [key, DATA.has(key) ? value : this.#schema(value)];
      }),
    );
  }

  #reference(ref: string): string {
    if (ref.startsWith(SCHEMAS)) return `#/definitions/${ref.slice(SCHEMAS.length)}`;
    const part = follow(this.#json, ref);
    if (!part) return ref;
    // A schema that stands in a part of the document that is no definition becomes one.
    const words = part.pointer.split("/").filter((word) => word !== "" && word !== "schema");
    const name = pascalCase(words.slice(-2).join("."));
    if (this.#definitions[name] === undefined) {
      this.#places.put(at("", "definitions", name), part.pointer);
      this.#definitions[name] = {};
      this.#definitions[name] = this.#schema(part.value);
    }
    return `#/definitions/${name}`;
  }

  #object({ value, pointer }: Part): Record<string, unknown> {
    if (isObject(value)) return value;
    return refusePart(this.#file, pointer, "Expected an object.", "Correct the document.");
  }
}

function errorSchema(code: unknown, description: string | undefined, data: unknown): object {
  const message = { type: "string", ...(description && { description }) };
  return {
    type: "object",
    properties: { code: { const: code }, message, ...(data !== undefined && { data }) },
    required: ["code", "message"],
  };
}

/** Members of a schema that hold values, not schemas. */
const DATA: ReadonlySet<string> = new Set(["const", "enum", "default", "examples", "example"]);
