import type { MethodDescriptor } from "@stubwright/rpc";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

/** What is wrong with a value; undefined if it fits. */
export type Check = (value: unknown) => string | undefined;

/** A schema document as it is published, with ajv for a judge. */
export interface Published {
  /** The check of the params of a method, by the side that answers it; undefined if there is none. */
  params(side: "server" | "client", method: string): Check | undefined;
  /** The check of a definition, such as a result. */
  definition(name: string): Check | undefined;
}

interface Schema {
  readonly $ref?: string;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly "x-side"?: string;
  readonly "x-method"?: string;
}

type Definitions = Readonly<Record<string, Schema>>;

/** A document whose definitions are, as JSON Pointers, where `pointers` says. */
class Document {
  readonly #ajv = new Ajv2020({
    strict: false,
    validateSchema: false,
    logger: false,
    allErrors: true,
  });
  readonly #pointers = new Map<string, string>();

  constructor(json: object) {
    const { $schema: _, ...document } = json as Record<string, unknown>;
    addFormats.default(this.#ajv);
    this.#ajv.addSchema({ ...document, $id: "published" });
    const { definitions = {}, $defs = {} } = document as Record<string, Definitions>;
    // The newer namespace of Codex is a definition that holds definitions.
    const { v2 = {}, ...plain } = definitions;
    for (const name of Object.keys(v2)) this.#pointers.set(name, `/definitions/v2/${name}`);
    for (const name of Object.keys(plain)) this.#pointers.set(name, `/definitions/${name}`);
    for (const name of Object.keys($defs)) this.#pointers.set(name, `/$defs/${name}`);
  }

  definition(name: string): Check | undefined {
    const pointer = this.#pointers.get(name);
    return pointer === undefined ? undefined : this.check(pointer);
  }

  check(pointer: string): Check {
    const validate = this.#ajv.getSchema(`published#${pointer}`);
    if (!validate) throw new Error(`There is nothing at ${pointer}.`);
    return (value) => (validate(value) ? undefined : this.#ajv.errorsText(validate.errors));
  }
}

/** Unions of messages with a constant `method`: MCP and Codex. */
export function publishedUnions(json: object): Published {
  const document = new Document(json);
  const { definitions, $defs } = json as Record<string, Definitions | undefined>;
  const all = { ...definitions, ...$defs };
  const find = (name: string, method: string): Check | undefined => {
    const { anyOf, oneOf } = all[name] ?? {};
    const keyword = anyOf ? "anyOf" : "oneOf";
    const arms = (anyOf ?? oneOf ?? []).map((arm, index) => {
      const target =
        arm.$ref?.replace(/^#/, "") ??
        `/${definitions ? "definitions" : "$defs"}/${name}/${keyword}/${index}`;
      return { target, schema: arm.$ref ? all[target.split("/").at(-1) ?? ""] : arm };
    });
    const found = arms.find(({ schema }) => {
      const tag = schema?.properties?.method;
      return tag?.const === method || tag?.enum?.includes(method);
    });
    // The whole message, with an id for the schemas that have one.
    const check = found && document.check(found.target);
    return check && ((params) => check({ id: 1, method, params }));
  };
  return {
    definition: (name) => document.definition(name),
    params(side, method) {
      const sender = side === "server" ? "Client" : "Server";
      return find(`${sender}Request`, method) ?? find(`${sender}Notification`, method);
    },
  };
}

/** Types that name their method by `x-method`: ACP. */
export function publishedMarks(json: object): Published {
  const document = new Document(json);
  const { $defs = {} } = json as Record<string, Definitions>;
  return {
    definition: (name) => document.definition(name),
    params(side, method) {
      const sides = [side === "server" ? "agent" : "client", "protocol"];
      const found = Object.entries($defs).find(
        ([name, schema]) =>
          schema["x-method"] === method &&
          sides.includes(schema["x-side"] ?? "") &&
          /(?:Request|Notification)$/.test(name),
      );
      return found && document.definition(found[0]);
    },
  };
}

/** Definitions as a generated package has them: params without the member that names a scope. */
export function packaged(methods: readonly MethodDescriptor[], json: object): Published {
  const document = new Document(json);
  return {
    definition: (name) => document.definition(name),
    params(side, wire) {
      const method = methods.find(
        (one) => one.method === wire && (one.handler === side || one.handler === "both"),
      );
      if (method && method.params === undefined) return () => undefined;
      const check = method?.params && document.definition(method.params);
      if (!check) return undefined;
      return (value) => {
        const { [method.scope ?? ""]: _, ...rest } = (value ?? {}) as Record<string, unknown>;
        return check(rest);
      };
    },
  };
}
