import { type Dialect, DRAFTS, dialectOf } from "./dialect.js";
import { deepEqual } from "./equal.js";
import { isSchemaObject, type JsonSchema, type SchemaObject } from "./json-schema.js";
import { schemasIn } from "./keywords.js";
import { pointerStep, pointerSteps } from "./pointer.js";
import { SchemaError, type SchemaPosition } from "./schema-error.js";

/** A schema with a base URI of its own: a whole document, or a part of one that has an `$id`. */
export interface Resource extends SchemaPosition {
  readonly uri: string;
  readonly dialect: Dialect;
  readonly root: unknown;
  /** `$anchor` and `$dynamicAnchor` by name. */
  readonly anchors: Map<string, Place>;
  /** Those that are `$dynamicAnchor`; the root's `$recursiveAnchor` has no name. */
  readonly dynamic: Map<string, Place>;
}

/** A schema and where it is. */
export interface Place {
  readonly schema: unknown;
  readonly resource: Resource;
  /** JSON Pointer from the root of the document. */
  readonly pointer: string;
}

/** Finds a definition by name; undefined if there is none. */
export type Lookup = (name: string) => JsonSchema | undefined;

/** The base of what has no URI. References between such documents are relative to it. */
const NOWHERE = "schema:///";

/** Schema documents, and where the references between them lead. */
export class Documents {
  readonly #resources = new Map<string, Resource>();
  readonly #byRoot = new Map<unknown, Resource>();
  readonly #others: ReadonlyMap<string, JsonSchema>;
  readonly #dialect: Dialect;
  #loaded = false;

  /**
   * @param others - Documents that references may lead to, by URI. Read when one leads there.
   * @param dialect - The dialect of documents without `$schema`.
   */
  constructor(others: Readonly<Record<string, JsonSchema>> = {}, dialect = DRAFTS["2020-12"]) {
    this.#others = new Map(
      Object.entries(others).map(([uri, schema]) => [absolute(uri, NOWHERE) ?? uri, schema]),
    );
    this.#dialect = dialect;
  }

  /** Takes a document in. @throws SchemaError for an `$id`, `$anchor` or `$schema` that is none. */
  add(root: JsonSchema, uri = ""): Place {
    const at = { document: uri, pointer: "" };
    const dialect = this.#dialectOf(root, at, this.#dialect);
    const resource = this.#start(absolute(uri, NOWHERE) ?? NOWHERE, root, dialect, at);
    this.#scan(root, resource, "");
    return { schema: root, resource: this.resourceAt(root) ?? resource, pointer: "" };
  }

  /**
   * Takes definitions by name in, as a document that has them in `definitions` and `$defs` alike.
   *
   * @param all - The definitions to look for identifiers in. Without them there are none.
   * @returns What finds a definition's place.
   */
  addDefinitions(lookup: Lookup, all: Readonly<Record<string, JsonSchema>> = {}) {
    const at = { document: "", pointer: "" };
    const resource = this.#start(NOWHERE, new LazyRoot(lookup), this.#dialect, at);
    for (const [name, schema] of Object.entries(all)) {
      this.#scan(schema, resource, `/definitions${pointerStep(name)}`);
    }
    return (name: string) => this.#walk(resource, ["definitions", name]);
  }

  /** Finds what a reference leads to. @throws SchemaError if there is nothing. */
  resolve(ref: unknown, from: Place): Place {
    const found = this.find(ref, from.resource);
    if (found) return found;
    const at = { document: from.resource.document, pointer: from.pointer };
    throw new SchemaError("UNKNOWN_DEFINITION", `Unresolved $ref ${JSON.stringify(ref)}`, at);
  }

  /** The resource that starts with this schema, if one does. */
  resourceAt(schema: unknown): Resource | undefined {
    return this.#byRoot.get(schema);
  }

  /** Finds what a reference in a resource leads to; undefined if there is nothing. */
  find(ref: unknown, from: Resource): Place | undefined {
    const found = typeof ref === "string" ? this.#follow(ref, from) : undefined;
    return found && isSchema(found.schema) ? found : undefined;
  }

  #follow(ref: string, from: Resource): Place | undefined {
    const hash = ref.indexOf("#");
    const resource = hash === 0 ? from : this.#resource(absolute(ref, from.uri));
    if (!resource) return undefined;
    const fragment = hash === -1 ? "" : decode(ref.slice(hash + 1));
    const steps = pointerSteps(fragment);
    return steps ? this.#walk(resource, steps) : resource.anchors.get(fragment);
  }

  #resource(uri: string | undefined): Resource | undefined {
    if (uri === undefined) return undefined;
    if (!this.#resources.has(uri)) this.#load(uri);
    return this.#resources.get(uri);
  }

  /** Takes in the document of a URI, or the others, one of which may have a part of that `$id`. */
  #load(uri: string): void {
    const schema = this.#others.get(uri);
    if (schema !== undefined) return void this.add(schema, uri);
    if (this.#loaded) return;
    this.#loaded = true;
    for (const [name, other] of this.#others) {
      if (this.#resources.has(name)) continue;
      try {
        this.add(other, name);
      } catch (error) {
        // A mistake in what nothing refers to is no mistake of what does.
        if (!(error instanceof SchemaError)) throw error;
      }
    }
  }

  #walk(start: Resource, steps: readonly string[]): Place | undefined {
    let resource = start;
    let { root: at, pointer } = start;
    const lazy = at instanceof LazyRoot;
    for (const step of lazy && steps[0] === "$defs" ? steps.with(0, "definitions") : steps) {
      if (at instanceof LazyRoot) at = step === "definitions" ? at.definitions : undefined;
      else if (at instanceof LazyMembers) at = at.lookup(step);
      else if (typeof at !== "object" || at === null || !Object.hasOwn(at, step)) return undefined;
      else at = (at as Record<string, unknown>)[step];
      resource = this.#byRoot.get(at) ?? resource;
      pointer += pointerStep(step);
    }
    return { schema: at, resource, pointer };
  }

  #start(uri: string, root: unknown, dialect: Dialect, at: SchemaPosition): Resource {
    const known = this.#resources.get(uri);
    if (known && !deepEqual(known.root, root)) {
      throw new SchemaError("BAD_DEFINITION", `Duplicate $id ${JSON.stringify(uri)}`, at);
    }
    const made = { ...at, uri, dialect, root, anchors: new Map(), dynamic: new Map() };
    const resource = known ?? made;
    this.#resources.set(uri, resource);
    if (typeof root === "object") this.#byRoot.set(root, resource);
    return resource;
  }

  /** Looks for identifiers, in this schema and in those inside it. */
  #scan(schema: unknown, from: Resource, pointer: string): void {
    if (!isSchemaObject(schema)) return;
    const resource = this.#identify(schema, from, pointer);
    for (const [inner, ...steps] of schemasIn(schema)) {
      this.#scan(inner, resource, pointer + steps.map((step) => pointerStep(step!)).join(""));
    }
  }

  #identify(schema: SchemaObject, from: Resource, pointer: string): Resource {
    const at = { document: from.document, pointer };
    const resource = this.#rename(schema, from, at);
    const { draft } = resource.dialect;
    const place = { schema, resource, pointer };
    for (const keyword of ["$anchor", "$dynamicAnchor"] as const) {
      const name = schema[keyword];
      if (name === undefined || draft <= 7) continue;
      if (typeof name !== "string" || !/^[A-Za-z_][\w.-]*$/.test(name))
        throw bad(keyword, name, at);
      this.#anchor(name, place);
      if (keyword === "$dynamicAnchor") resource.dynamic.set(name, place);
    }
    if (schema.$recursiveAnchor === true && schema === resource.root)
      resource.dynamic.set("", place);
    return resource;
  }

  /** The resource that the schema's `$id` starts, or the one that it is in. */
  #rename(schema: SchemaObject, from: Resource, at: SchemaPosition): Resource {
    const old = from.dialect.draft <= 7;
    const keyword = from.dialect.draft === 4 ? "id" : "$id";
    const id = schema[keyword];
    if (id === undefined || (old && schema.$ref !== undefined)) return from;
    const [uri, fragment] = typeof id === "string" ? id.split("#", 2) : [];
    const whole = uri === "" ? from.uri : absolute(uri ?? "", from.uri);
    if (uri === undefined || whole === undefined || (fragment && !old)) throw bad(keyword, id, at);
    const dialect = this.#dialectOf(schema, at, from.dialect);
    const resource = uri === "" ? from : this.#start(whole, schema, dialect, at);
    if (fragment) this.#anchor(fragment, { schema, resource, pointer: at.pointer });
    return resource;
  }

  #anchor(name: string, place: Place): void {
    const { anchors, document } = place.resource;
    const known = anchors.get(name);
    if (known && !deepEqual(known.schema, place.schema)) {
      const at = { document, pointer: place.pointer };
      throw new SchemaError("BAD_DEFINITION", `Duplicate $anchor ${JSON.stringify(name)}`, at);
    }
    anchors.set(name, place);
  }

  #dialectOf(schema: unknown, at: SchemaPosition, otherwise: Dialect): Dialect {
    if (!isSchemaObject(schema) || schema.$schema === undefined) return otherwise;
    return dialectOf(schema.$schema, (uri) => this.#others.get(absolute(uri, NOWHERE) ?? ""), at);
  }
}

/** Definitions by name, as a document whose `definitions` and `$defs` are the same. */
class LazyRoot {
  readonly definitions: LazyMembers;

  constructor(lookup: Lookup) {
    this.definitions = new LazyMembers(lookup);
  }
}

class LazyMembers {
  readonly lookup: Lookup;

  constructor(lookup: Lookup) {
    this.lookup = lookup;
  }
}

function isSchema(value: unknown): value is JsonSchema {
  if (value instanceof LazyRoot || value instanceof LazyMembers) return false;
  return typeof value === "boolean" || isSchemaObject(value);
}

/** The URI that a reference means, without its fragment; undefined if it is none. */
function absolute(ref: string, base: string): string | undefined {
  try {
    const url = new URL(ref, base);
    url.hash = "";
    return url.href;
  } catch {
    return undefined;
  }
}

function decode(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

function bad(keyword: string, value: unknown, { document, pointer }: SchemaPosition): SchemaError {
  const at = { document, pointer: pointer + pointerStep(keyword) };
  return new SchemaError("BAD_DEFINITION", `Invalid ${keyword} ${JSON.stringify(value)}`, at);
}
