import type { GeneratedFile } from "../generated.js";
import type { Protocol } from "../ir.js";
import { type JsonSchema, mapSchema } from "../schema.js";
import { toCompilerInput } from "./compiler-input.js";
import type { EmitOptions } from "./emit-options.js";
import { printFile } from "./file.js";
import { importFromHomes, PUBLIC_TYPES, referencesOf, type TypeHomes } from "./homes.js";
import { closeSilent, type JsonValueType, jsonValueType, showJsonValues } from "./json-values.js";
import { layOut } from "./layout.js";
import { compile } from "./libraries.js";
import { StandIns } from "./stand-ins.js";

/**
 * Emits one exported type per definition, each in its file.
 *
 * json-schema-to-typescript turns the schemas into declarations. References are given to it as the
 * final type names, so it neither follows nor renames anything. Its text is unindented and set by
 * {@link layOut}.
 */
export async function emitTypes(
  protocol: Protocol,
  homes: TypeHomes,
  { jsonValues = false }: Pick<EmitOptions, "jsonValues"> = {},
): Promise<GeneratedFile[]> {
  const json = jsonValues ? jsonValueType(Object.keys(protocol.types)) : undefined;
  const declarations = await declareTypes(protocol, json);
  const all = json ? new Map([...homes, [json.name, PUBLIC_TYPES]]) : homes;
  return [...new Set(all.values())].map((path) => {
    const names = Object.keys(protocol.types).filter((name) => homes.get(name) === path);
    const used = names.flatMap((name) => referencesOf(protocol.types[name] ?? {}));
    const texts = names.map((name) => declarations.get(name) ?? "");
    if (json && path === PUBLIC_TYPES) texts.push(json.text);
    if (json && texts.some((text) => text.includes(json.name))) used.push(json.name);
    return printFile(path, importFromHomes(all, used, path), texts);
  });
}

/** The schema whose properties are all definitions: how the compiler is handed them in one go. */
const ROOT = "Root";

/** Type name to declaration. */
async function declareTypes(
  { types: given }: Protocol,
  json: JsonValueType | undefined,
): Promise<Map<string, string>> {
  const names = Object.keys(given);
  const types = json
    ? Object.fromEntries(names.map((name) => [name, closeSilent(given[name] ?? {})]))
    : given;
  const share = sharer();
  const members = new StandIns("M");
  const properties = Object.fromEntries(
    names.map((name, index) => {
      const plain = toCompilerInput(types[name] ?? {}, types);
      const input = json ? showJsonValues(plain, json.name) : plain;
      // One title: a stand-in for its name, because the compiler changes names that it does not like.
      return [
        `T${index}`,
        { ...mapSchema(input, (node) => share(members.hide(node))), title: `T${index}` },
      ];
    }),
  );
  const text = await compile({ title: ROOT, type: "object", properties } as object, ROOT, {
    bannerComment: "",
    format: false,
    maxItems: -1,
    // References are names by now: there is nothing to look for.
    $refOptions: {
      resolve: { external: false },
      dereference: { excludedPathMatcher: () => true },
    },
  });
  return layOut(text, {
    // What holds them all is no type of the protocol.
    declaration: (stand) => (stand === ROOT ? undefined : names[Number(stand.slice(1))]),
    member: (name) => members.nameOf(name),
  });
}

/**
 * Makes equal schemas one object. The compiler goes over all it is given some thirty times, but
 * visits an object once, and most members are one of a few hundred different ones.
 */
function sharer(): (node: JsonSchema) => JsonSchema {
  const known = new Map<string, JsonSchema>();
  return (node) => {
    const text = JSON.stringify(node);
    const same = known.get(text);
    if (same === undefined) known.set(text, node);
    return same ?? node;
  };
}
