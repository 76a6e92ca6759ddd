import { basename } from "node:path";
import { didYouMean, nearest } from "@stubwright/rpc/internal";
import { groupsOf } from "../document.js";
import { StubwrightError } from "../errors.js";
import { mostAkin } from "../kinship.js";
import { findLeaves } from "../parse/leaves.js";
import { escapePointer } from "../pointer.js";
import { isObject, type JsonSchema, refName, refTo } from "../schema.js";
import type { SchemaDocument } from "./source.js";

type Json = Record<string, unknown>;

/** A reference into the entries of the member `published`. */
const NAMED = "#/published/";
/** Marks a handwritten method or definition that gives way to a published one of its name. */
const GIVES_WAY = "unlessPublished";

/**
 * Fits the handwritten schema to the published ones, which differ between versions: takes out
 * entries that say `unlessPublished` and are published, and has each `#/published/Name` refer to the
 * first of its alternatives that there is.
 *
 * @throws {@link StubwrightError} `CORE_STALE` that lists references to what is not published, each
 * with the name that it probably has by now.
 */
export function adaptCore(documents: readonly SchemaDocument[]): readonly SchemaDocument[] {
  const core = documents.find(({ role }) => role === "handwritten");
  if (!core) return documents;
  const published = new Published(documents.filter((document) => document !== core));
  const adapted = { ...core, json: adapt(core, published) };
  published.refuseUnresolved(core.file);
  return documents.map((document) => (document === core ? adapted : document));
}

function adapt(core: SchemaDocument, published: Published): JsonSchema {
  const { published: entries, definitions, ...rest } = core.json;
  const named = isObject(entries) ? entries : {};
  const added: Json = {};
  const targets = new Map(
    Object.entries(named).map(([name, alternatives]) => {
      const found = [alternatives].flat().find((one) => isObject(one) || published.has(`${one}`));
      if (isObject(found)) added[name] = found;
      const [first = ""] = [alternatives].flat();
      return [
        NAMED + escapePointer(name),
        isObject(found) ? refTo(name).$ref : `${found ?? first}`,
      ];
    }),
  );
  const retarget = (node: unknown, pointer: string): unknown => {
    if (Array.isArray(node)) {
      return node.map((child, index) => retarget(child, `${pointer}/${index}`));
    }
    if (!isObject(node)) return node;
    const copy = mapValues(node, (child, key) =>
      retarget(child, `${pointer}/${escapePointer(key)}`),
    );
    if (typeof node.$ref !== "string") return copy;
    if (node.$ref.startsWith(NAMED) && !targets.has(node.$ref)) {
      const meant = didYouMean(node.$ref, targets.keys());
      throw new StubwrightError("SCHEMA_INVALID", `Unresolved $ref "${node.$ref}".${meant}`, {
        file: core.file,
        pointer: `${pointer}/$ref`,
        remedy: 'Add an entry of that name to the member "published".',
      });
    }
    const $ref = targets.get(node.$ref) ?? node.$ref;
    published.expect($ref, `${pointer}/$ref`);
    return { ...copy, $ref };
  };
  const wires = published.wires();
  const groups = groupsOf(rest).map(([name, group]) => [name, prune(group, wires)] as const);
  const own = Object.entries(isObject(definitions) ? definitions : {}).filter(
    ([name, schema]) => !(givesWay(schema) && published.defines(name)),
  );
  return retarget(
    {
      ...rest,
      ...Object.fromEntries(groups),
      ...((definitions !== undefined || Object.keys(added).length > 0) && {
        definitions: { ...added, ...Object.fromEntries(own.map(([k, v]) => [k, unmarked(v)])) },
      }),
    },
    "",
  ) as JsonSchema;
}

/** A group without the methods that give way to a published one. */
function prune(group: Json, wires: ReadonlySet<string>): Json {
  const kept = Object.entries(group).filter(
    ([, node]) => !(isObject(node) && givesWay(node) && wires.has(`${node.rpcMethod}`)),
  );
  return Object.fromEntries(
    kept.map(([key, node]) => [key, isObject(node) ? unmarked(prune(node, wires)) : node]),
  );
}

function givesWay(node: unknown): boolean {
  return isObject(node) && node[GIVES_WAY] === true;
}

function unmarked(node: unknown): unknown {
  if (!givesWay(node)) return node;
  const { [GIVES_WAY]: _, ...rest } = node as Json;
  return rest;
}

function mapValues(node: Json, map: (child: unknown, key: string) => unknown): Json {
  return Object.fromEntries(Object.entries(node).map(([key, child]) => [key, map(child, key)]));
}

/** What the published documents have, and which references to them lead nowhere. */
class Published {
  readonly #documents: readonly SchemaDocument[];
  readonly #unresolved: { ref: string; pointer: string }[] = [];

  constructor(documents: readonly SchemaDocument[]) {
    this.#documents = documents;
  }

  wires(): Set<string> {
    return new Set(this.#documents.flatMap(findLeaves).map(({ wire }) => wire));
  }

  defines(name: string): boolean {
    return this.#documents.some((document) => Object.hasOwn(definitionsOf(document), name));
  }

  /** Whether a reference to a definition of a published document leads to one. */
  has(ref: string): boolean {
    const document = this.#target(ref);
    return document !== undefined && Object.hasOwn(definitionsOf(document), refName(ref));
  }

  /** Notes a reference to a definition that is not published. Others are checked with all the rest. */
  expect(ref: string, pointer: string): void {
    if (this.#target(ref) && !this.has(ref)) this.#unresolved.push({ ref, pointer });
  }

  refuseUnresolved(file: string): void {
    const [first] = this.#unresolved;
    if (!first) return;
    const edits = new Map(this.#unresolved.map(({ ref }) => [ref, this.#successor(ref)]));
    const list = [...edits].map(
      ([ref, now]) =>
        `"${ref}"${now ? ` (probably "${now}" now)` : " (no published definition has a similar name)"}`,
    );
    const [old, now] = [...edits].find(([, successor]) => successor) ?? [first.ref];
    const name = refName(old);
    throw new StubwrightError("CORE_STALE", `Unresolved $ref ${list.join(", ")}.`, {
      file,
      pointer: first.pointer,
      remedy: now
        ? `Refer to "${now}" instead; to fit versions with either, add "published": { "${name}": ["${now}", "${old}"] } and refer to "${NAMED}${name}".`
        : `Take the member out; to fit versions with and without it, add "published": { "${name}": ["${old}", { …a schema of your own… }] } and refer to "${NAMED}${name}".`,
    });
  }

  #target(ref: string): SchemaDocument | undefined {
    const [, file] = /^([^#]+)#\/(?:definitions|\$defs)\/[^/]+$/.exec(ref) ?? [];
    return file ? this.#documents.find((one) => basename(one.file) === basename(file)) : undefined;
  }

  #successor(ref: string): string | undefined {
    const document = this.#target(ref);
    const names = Object.keys(document ? definitionsOf(document) : {});
    const name = nearest(refName(ref), names) ?? mostAkin(refName(ref), names);
    return name && `${ref.slice(0, ref.lastIndexOf("/") + 1)}${escapePointer(name)}`;
  }
}

function definitionsOf({ json }: SchemaDocument): Json {
  return {
    ...(isObject(json.$defs) && json.$defs),
    ...(isObject(json.definitions) && json.definitions),
  };
}
