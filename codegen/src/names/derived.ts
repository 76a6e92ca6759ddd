import type { Method, Protocol } from "../ir.js";
import { functionName, type Role } from "./functions.js";
import { pascalCase, typeName } from "./identifiers.js";

/** Marks the interfaces of internal methods. */
export const INTERNAL_PREFIX = "Internal";

/** Marks the interfaces of experimental methods where these stand apart. */
export const EXPERIMENTAL_PREFIX = "Experimental";

/** `server` gives `ServerRpc` or `ServerHandlers`, `session.plan` gives `SessionPlanRpc`. */
export function interfaceName(path: readonly string[], role: Role, prefix = ""): string {
  return typeName(`${prefix}${pascalCase(path.join("."))}${role}`);
}

/** The names that go with a tagged union. */
export function unionNames(id: string) {
  return {
    map: `${id}Map`,
    type: `${id}Type`,
    of: `${id}Of`,
    list: `${id.charAt(0).toLowerCase()}${id.slice(1)}Types`,
    guard: `is${id}Type`,
    parser: `parse${id}`,
  };
}

/** What generated files export or import beside the types. */
const FIXED = [
  "protocol",
  "validators",
  "CallOptions",
  "RequestContext",
  "ProtocolDescriptor",
  "UnionParser",
  "createUnionParser",
  "createStub",
  "registerHandlers",
  "Caller",
  "Peer",
  "ResponseError",
  "MethodErrors",
  "isErrorOf",
];

/** All names that the emitters make up: no definition may have one of them. */
export function derivedNames(protocol: Protocol): Set<string> {
  // Those of a union are made from the name that its type can have.
  const unions = protocol.unions.flatMap(({ id }) => Object.values(unionNames(typeName(id))));
  return new Set([...protocol.methods.flatMap(interfacesOf), ...unions, ...FIXED]);
}

function interfacesOf({ group, path }: Method): string[] {
  const nodes = path.map((_, depth) => [group, ...path.slice(0, depth)]);
  return nodes.flatMap((node) =>
    (["Rpc", "Handlers"] as const).flatMap((role) => [
      interfaceName(node, role),
      interfaceName(node, role, INTERNAL_PREFIX),
      interfaceName(node, role, EXPERIMENTAL_PREFIX),
      functionName(group, role),
    ]),
  );
}
