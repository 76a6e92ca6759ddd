import type { Method } from "../ir.js";
import { EXPERIMENTAL_PREFIX, interfaceName } from "../names/derived.js";
import { functionName, type Role } from "../names/functions.js";
import { indent } from "./file.js";

/** What a file of interfaces says of one role of a group. */
export interface GroupRole {
  readonly group: string;
  readonly role: Role;
  /** The methods of the interface; none if all there are is experimental and stands apart. */
  readonly methods: readonly Method[];
  /** Those that stand apart. */
  readonly experimental: readonly Method[];
}

/** What the functions import from the runtime. */
export const FUNCTION_IMPORTS = {
  Rpc: { types: ["Caller"], values: ["createStub"] },
  Handlers: { types: ["Peer"], values: ["registerHandlers"] },
} as const;

/**
 * The function that makes the stub of a group or registers its handlers, so that the name of the
 * group and its interface need not be paired by hand.
 */
export function groupFunction(given: GroupRole): string {
  return given.role === "Rpc" ? rpcFunction(given) : handlersFunction(given);
}

function rpcFunction(given: GroupRole): string {
  const { group } = given;
  const scope = scopeOf(given);
  const options = scope ? `, { scopeValue: ${scope.name} }` : "";
  const params = `caller: Caller${scope ? `, ${scope.name}: ${scope.type}` : ""}`;
  return [
    `/** Calls of the group \`${group}\`${scope ? `, \`${scope.member}\` filled in` : ""}. */`,
    ...overloads(given, params, (type) => type),
    ...indent([`return createStub(caller, protocol.methods, ${JSON.stringify(group)}${options});`]),
    "}",
  ].join("\n");
}

function handlersFunction(given: GroupRole): string {
  const { group } = given;
  const scope = scopeOf(given);
  const some = [...given.methods, ...given.experimental].some((method) => method.scope === null);
  const value = scope && `${scope.name}: ${scope.type}${some ? " | undefined" : ""}`;
  const doc = scope
    ? `/** Answers calls of the group \`${group}\`; handlers are found by \`${scope.member}\`. The result removes them. */`
    : `/** Answers calls of the group \`${group}\`. The result removes the handlers. */`;
  const argument = (type: string) =>
    value ? `resolve: (${value}) => ${type} | undefined` : `handlers: ${type}`;
  // What is registered is found by a value of any type.
  const resolve = scope
    ? "resolve as (scopeValue: unknown) => object | undefined"
    : "() => handlers";
  return [
    doc,
    ...overloads(given, "peer: Peer", () => "() => void", argument),
    ...indent([
      `return registerHandlers(peer, protocol.methods, ${JSON.stringify(group)}, ${resolve});`,
    ]),
    "}",
  ].join("\n");
}

/** One signature, or one more that opens what is experimental. */
function overloads(
  { group, role, methods, experimental }: GroupRole,
  params: string,
  result: (type: string) => string,
  argument: (type: string) => string | undefined = () => undefined,
): string[] {
  const name = functionName(group, role);
  const stable = methods.length > 0 ? [interfaceName([group], role)] : [];
  const all = [
    ...stable,
    ...(experimental.length > 0 ? [interfaceName([group], role, EXPERIMENTAL_PREFIX)] : []),
  ];
  const signature = (types: readonly string[], option: string) => {
    const type = types.join(" & ");
    const list = [params, argument(type), option].filter(Boolean).join(", ");
    return `export function ${name}(${list}): ${result(type)}`;
  };
  if (experimental.length === 0) return [`${signature(all, "")} {`];
  const option = "options: { readonly experimental: true }";
  return [
    ...(stable.length > 0 ? [`${signature(stable, "")};`] : []),
    `${signature(all, option)};`,
    `${signature(all, "_options?: { readonly experimental: true }")} {`,
  ];
}

/** By what the calls of a group are scoped: its first scoped method says so. */
export function scopeOf({ methods, experimental }: GroupRole) {
  const scope = [...methods, ...experimental].find((method) => method.scope)?.scope;
  if (!scope) return undefined;
  const isName =
    /^[A-Za-z_$][\w$]*$/.test(scope.member) &&
    !["caller", "peer", "resolve"].includes(scope.member);
  return { ...scope, name: isName ? scope.member : "scopeValue" };
}
