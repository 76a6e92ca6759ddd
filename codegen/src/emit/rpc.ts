import type { GeneratedFile } from "../generated.js";
import type { Method, Protocol } from "../ir.js";
import { EXPERIMENTAL_PREFIX, interfaceName } from "../names/derived.js";
import type { Role } from "../names/functions.js";
import { propertyName } from "../names/identifiers.js";
import { escapeComment, methodDoc } from "./docs.js";
import { methodErrors } from "./errors.js";
import { commentLines, importTypes, importValues, indent, printFile } from "./file.js";
import { FUNCTION_IMPORTS, type GroupRole, groupFunction, scopeOf } from "./group-functions.js";
import { importFromHomes, type TypeHomes } from "./homes.js";

/** A place in the tree of a group: a method, or others below it, or both. */
interface Node {
  method?: Method;
  readonly children: Map<string, Node>;
}

/** One file of interfaces. */
export interface RpcFile {
  readonly path: string;
  /** Which methods have a place in it. */
  readonly include: (method: Method) => boolean;
  /** Put before each interface's name. */
  readonly prefix: string;
  /** Whether the interfaces are those of the server: what it answers, and what it calls. */
  readonly mirror: boolean;
  /** Whether functions that make the stubs and register the handlers stand beside the interfaces. */
  readonly functions?: boolean;
  /** Which methods of the same groups are experimental and stand in a file of their own. */
  readonly experimental?: (method: Method) => boolean;
}

/**
 * Emits the interfaces of the stubs (`ServerRpc`, `SessionRpc`), which one side calls, and of the
 * handlers (`ClientSessionHandlers`, …), which it answers; one interface per node of the tree.
 */
export function emitRpc(protocol: Protocol, homes: TypeHomes, file: RpcFile): GeneratedFile {
  const methods = protocol.methods.filter(file.include);
  const groups = [...new Set(methods.map(({ group }) => group))];
  const interfaces = groups.flatMap((group) =>
    ROLES.flatMap((role) => {
      const members = methods.filter(
        (method) => method.group === group && rolesOf(method, file).includes(role),
      );
      return members.length > 0 ? emitNode(toTree(members), [group], role, file.prefix) : [];
    }),
  );
  const roles = file.functions ? groupRoles(protocol, methods, file) : [];
  const errors = file.functions && !file.mirror ? methodErrors(protocol, methods) : undefined;
  const used = methods.flatMap((method) => {
    const { params, result, scope } = method;
    // Whoever calls a method has its stub fill the scope in.
    const answers = rolesOf(method, file).includes("Handlers");
    const parts = [params, result, method.partialResult, errors && method.error];
    return [...parts, answers && scope ? scope.type : null];
  });
  const scopes = roles.map((role) => scopeOf(role)?.type);
  const runtime = methods.flatMap((method) =>
    rolesOf(method, file).flatMap((role) => runtimeType(method, role) ?? []),
  );
  const types = roles.flatMap(({ role }) => FUNCTION_IMPORTS[role].types);
  const values = [
    ...roles.flatMap(({ role }) => FUNCTION_IMPORTS[role].values),
    ...(errors ? ["ResponseError"] : []),
  ];
  const apart = roles
    .filter(({ experimental }) => experimental.length > 0)
    .map(({ group, role }) => interfaceName([group], role, EXPERIMENTAL_PREFIX));
  const all = [...runtime, ...types];
  const imports = [
    ...(values.length > 0 ? [importValues("@stubwright/rpc/codegen/v1", values)] : []),
    ...(all.length > 0 ? [importTypes("@stubwright/rpc/codegen/v1", all)] : []),
    ...(roles.length > 0 ? [importValues("./descriptor.gen.js", ["protocol"])] : []),
    ...(apart.length > 0 ? [importTypes("./experimental-rpc.gen.js", apart)] : []),
    ...importFromHomes(
      homes,
      [...used, ...scopes].filter((name) => typeof name === "string"),
    ),
  ];
  const functions = roles.map(groupFunction);
  return printFile(file.path, imports, [...interfaces, ...(errors ?? []), ...functions]);
}

/** Each role that the side of a file has in a group. */
function groupRoles(protocol: Protocol, methods: readonly Method[], file: RpcFile): GroupRole[] {
  const apart = protocol.methods.filter((method) => file.experimental?.(method));
  const groups = new Set([...methods, ...apart].map(({ group }) => group));
  return [...groups].flatMap((group) =>
    ROLES.flatMap((role) => {
      const has = (method: Method) =>
        method.group === group && rolesOf(method, file).includes(role);
      const found = { group, role, methods: methods.filter(has), experimental: apart.filter(has) };
      return found.methods.length + found.experimental.length > 0 ? [found] : [];
    }),
  );
}

const ROLES: readonly Role[] = ["Rpc", "Handlers"];

/** Whether the side that a file is for calls a method, answers it, or does both. */
function rolesOf({ handler }: Method, { mirror }: RpcFile): readonly Role[] {
  if (handler === "both") return ROLES;
  return (handler === "client") === mirror ? ["Rpc"] : ["Handlers"];
}

function toTree(methods: readonly Method[]): Node {
  const root: Node = { children: new Map() };
  for (const method of methods) {
    let node = root;
    for (const part of method.path) {
      const child = node.children.get(part) ?? { children: new Map() };
      node.children.set(part, child);
      node = child;
    }
    node.method = method;
  }
  return root;
}

/** The interface of what is below a node, then those of the nodes there. */
function emitNode(
  { children }: Node,
  path: readonly string[],
  role: Role,
  prefix: string,
): string[] {
  const nameOf = (at: readonly string[]) => interfaceName(at, role, prefix);
  const nodes = [...children];
  const below = nodes.flatMap(([name, child]) =>
    child.children.size > 0 ? emitNode(child, [...path, name], role, prefix) : [],
  );
  const place = escapeComment(path.join("."));
  const members = nodes.flatMap(([name, { method, children: inner }]) => {
    const others = inner.size > 0 ? nameOf([...path, name]) : undefined;
    const call = method && signature(method, role);
    const type = call && others ? `(${call}) & ${others}` : (call ?? others);
    const docs = method ? methodDoc(method).flatMap(commentLines) : [];
    return [...docs, `${propertyName(name)}${role === "Handlers" ? "?" : ""}: ${type};`];
  });
  const text = [
    `/** ${role === "Rpc" ? "Calls" : "Answers calls"} under \`${place}\`. */`,
    `export interface ${nameOf(path)} {`,
    ...indent(members),
    "}",
  ].join("\n");
  return [text, ...below];
}

function signature(method: Method, role: Role): string {
  const result = (method.kind === "request" && method.result) || "void";
  // What a part of the result is.
  const part = method.partialResult ? `<${method.partialResult}>` : "";
  return role === "Rpc"
    ? callSignature(method, result, part)
    : handlerSignature(method, result, part);
}

/** The type of `@stubwright/rpc` that the signature of a method mentions. */
function runtimeType({ kind }: Method, role: Role): string | undefined {
  if (role === "Rpc") return "CallOptions";
  return kind === "request" ? "RequestContext" : undefined;
}

/** Params first if there are any, without the scope member; then the options of the call. */
function callSignature({ params, paramsOptional }: Method, result: string, part: string): string {
  const first = params ? `params${paramsOptional ? "?" : ""}: ${params}, ` : "";
  return `(${first}options?: CallOptions${part}) => Promise<${result}>`;
}

/** Params as they arrive, with the scope member; then, for a request, what is known of it. */
function handlerSignature({ params, scope, kind }: Method, result: string, part: string): string {
  const scoped = scope ? `{ ${propertyName(scope.member)}: ${scope.type} }` : null;
  const type = [params, scoped].filter(Boolean).join(" & ") || "Record<string, never>";
  const context = kind === "request" ? `, context: RequestContext${part}` : "";
  return `(params: ${type}${context}) => ${result} | Promise<${result}>`;
}
