import { isObject } from "../schema.js";
import type { Format, FormatInput, FoundMethod, Reading } from "./format.js";
import { listAt, refusePart, textOf } from "./local.js";
import { proseOf, type Structure, TypeTranslator } from "./lsp-types.js";
import { at, Places } from "./places.js";

/** The meta model of the Language Server Protocol: requests and notifications in a type language of its own. */
export const lspMetaModel: Format = {
  name: "lsp-metamodel",
  looks: "the meta model of LSP: `metaData`, `requests`, `notifications` and `structures`",
  recognises: ({ metaData, requests, structures }) =>
    isObject(metaData) && Array.isArray(requests) && Array.isArray(structures),
  read: readMetaModel,
};

const SIDES = { clientToServer: "server", serverToClient: "client", both: "both" } as const;

function readMetaModel({ file, json }: FormatInput): Reading {
  const places = new Places();
  const structures = new Map<string, Structure>(
    listAt(file, json, "structures").map((part) => [`${part.value.name}`, part]),
  );
  const types = new TypeTranslator(file, structures, places);
  const definitions: Record<string, unknown> = {};
  const define = (name: string, from: string, make: (to: string) => object) => {
    const to = at("", "definitions", name);
    definitions[name] = make(to);
    places.put(to, from);
  };
  for (const [name, { value, pointer }] of structures) {
    define(name, pointer, (to) => types.object(value, pointer, to));
  }
  for (const { value, pointer } of listAt(file, json, "enumerations")) {
    define(`${value.name}`, pointer, (to) => readEnumeration(value, pointer, to, types));
  }
  for (const { value, pointer } of listAt(file, json, "typeAliases")) {
    define(`${value.name}`, pointer, (to) => ({
      ...types.type(value.type, at(pointer, "type"), to),
      ...proseOf(value),
    }));
  }
  const readMethods = (list: string, kind: FoundMethod["kind"]) =>
    listAt(file, json, list).map(({ value, pointer }) =>
      readMethod(value, pointer, kind, types, file),
    );
  return {
    schema: { definitions },
    methods: [
      ...readMethods("requests", "request"),
      ...readMethods("notifications", "notification"),
    ],
    wire: { framing: "content-length", jsonrpcField: true },
    places,
    conventions: false,
  };
}

function errorWith(data: object): object {
  const properties = { code: { type: "integer" }, message: { type: "string" }, data };
  return { type: "object", properties, required: ["code", "message", "data"] };
}

/** Those that may grow have any other value of their type besides. */
function readEnumeration(
  value: Record<string, unknown>,
  pointer: string,
  to: string,
  types: TypeTranslator,
): object {
  const values = Array.isArray(value.values) ? value.values : [];
  const listed = { enum: values.map((one) => (isObject(one) ? one.value : one)) };
  const base = types.type(value.type, at(pointer, "type"), to);
  const open = value.supportsCustomValues === true;
  return { ...(open ? { anyOf: [listed, base] } : listed), ...proseOf(value) };
}

function readMethod(
  value: Record<string, unknown>,
  pointer: string,
  kind: FoundMethod["kind"],
  types: TypeTranslator,
  file: string,
): FoundMethod {
  const wire = textOf(value, "method");
  const { messageDirection: direction } = value;
  const side = SIDES[`${direction}` as keyof typeof SIDES];
  if (!wire || !side) {
    const message = wire ? `Unknown direction "${direction}".` : "A message without a method.";
    return refusePart(file, pointer, message, "Correct the meta model.");
  }
  // Places of schemas that stand in methods are noted with the methods.
  const aside = at("/-", wire);
  const translate = (member: string) =>
    value[member] === undefined
      ? undefined
      : types.type(value[member], at(pointer, member), at(aside, member));
  const params = Array.isArray(value.params)
    ? types.type({ kind: "tuple", items: value.params }, at(pointer, "params"), at(aside, "params"))
    : translate("params");
  const partialResult = translate("partialResult");
  const errorData = translate("errorData");
  const gates = (["clientCapability", "serverCapability"] as const).flatMap((member) => {
    const path = textOf(value, member);
    return path ? [{ side: member === "clientCapability" ? "client" : "server", path }] : [];
  });
  return {
    wire,
    side,
    kind,
    params: params ?? null,
    paramsOptional: params === undefined,
    ...(kind === "request" && {
      result: translate("result"),
      resultFrom: "schema",
      resultAt: at(pointer, "result"),
    }),
    more: {
      ...proseOf(value),
      ...(partialResult && { partialResult }),
      ...(errorData && { error: errorWith(errorData) }),
      ...(gates.length > 0 && { gates }),
      ...(value.proposed === true && { stability: "experimental" }),
    },
    at: pointer,
    paramsAt: at(pointer, "params"),
  };
}
