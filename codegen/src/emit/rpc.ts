import { type InterfaceDeclarationStructure, StructureKind } from "ts-morph";
import type { Method, Protocol } from "../ir.js";
import { pascalCase, propertyName } from "../names.js";
import { type GeneratedFile, importTypes, printFile } from "./file.js";

/** Methods by the path at which they stand. */
type Tree = Map<string, Tree | Method>;

/**
 * Emits the interfaces of the stubs (`ServerRpc`, `SessionRpc`), which the client calls, and of the
 * handlers (`ClientSessionHandlers`, …), which the server calls; one interface per node of the tree.
 */
export function emitRpc(protocol: Protocol): GeneratedFile {
  const groups = new Set(protocol.methods.map((method) => method.group));
  const interfaces = [...groups].flatMap((group) => {
    const methods = protocol.methods.filter((method) => method.group === group);
    const handled = methods[0]?.handler === "client";
    return emitNode(toTree(methods), [group], handled);
  });
  const used = protocol.methods.flatMap(({ params, result }) => [params, result]);
  return printFile("rpc.gen.ts", [
    importTypes("@stubwright/rpc", ["CallOptions", "RequestContext"]),
    importTypes(
      "./types.gen.js",
      used.filter((name) => name !== null),
    ),
    ...interfaces,
  ]);
}

function toTree(methods: readonly Method[]): Tree {
  const root: Tree = new Map();
  for (const method of methods) {
    let node = root;
    for (const part of method.path.slice(0, -1)) {
      const child = node.get(part);
      const next: Tree = child instanceof Map ? child : new Map();
      node.set(part, next);
      node = next;
    }
    node.set(method.path.at(-1) ?? method.wire, method);
  }
  return root;
}

/** The interface of a node, then those of the nodes below it. */
function emitNode(
  tree: Tree,
  path: readonly string[],
  handled: boolean,
): (InterfaceDeclarationStructure & { kind: StructureKind.Interface })[] {
  const below = [...tree].flatMap(([name, child]) =>
    child instanceof Map ? emitNode(child, [...path, name], handled) : [],
  );
  const properties = [...tree].map(([name, child]) => ({
    name: propertyName(name),
    hasQuestionToken: handled,
    type:
      child instanceof Map ? interfaceName([...path, name], handled) : signature(child, handled),
  }));
  const place = path.join(".");
  const doc = handled
    ? `Answers what the server asks under \`${place}\`.`
    : `Calls under \`${place}\`.`;
  const name = interfaceName(path, handled);
  return [
    { kind: StructureKind.Interface, isExported: true, name, docs: [doc], properties },
    ...below,
  ];
}

/** `server` gives `ServerRpc`, `session.plan` gives `SessionPlanRpc`; what the client answers ends in `Handlers`. */
function interfaceName(path: readonly string[], handled: boolean): string {
  return `${pascalCase(path.join("."))}${handled ? "Handlers" : "Rpc"}`;
}

/** Params first if there are any, then the options of a call or the context of a handler. */
function signature(method: Method, handled: boolean): string {
  const optional = method.paramsOptional && !handled ? "?" : "";
  const params = method.params ? `params${optional}: ${method.params}, ` : "";
  const result = (method.kind === "request" && method.result) || "void";
  return handled
    ? `(${params}context: RequestContext) => ${result} | Promise<${result}>`
    : `(${params}options?: CallOptions) => Promise<${result}>`;
}
