import type { GeneratedFile } from "../generated.js";
import type { Method, Protocol, Union } from "../ir.js";
import { exportTable, importTypes, printFile } from "./file.js";

/** Which contract with the runtime generated code keeps; it imports from the entry of that number. */
const CONTRACT = 1;

/** Emits the one table that the runtime loops over. */
export function emitDescriptor(protocol: Protocol): GeneratedFile {
  const { name, version, wire, unions } = protocol;
  const table = exportTable({
    doc: `The ${name} protocol as its schemas of version ${version} publish it.`,
    name: "protocol",
    type: "ProtocolDescriptor",
    open: "{",
    lines: [
      `contract: ${CONTRACT},`,
      `name: ${JSON.stringify(name)},`,
      `version: ${JSON.stringify(version)},`,
      `wire: ${JSON.stringify(wire)},`,
      "methods: [",
      ...protocol.methods.map((method) => `  ${JSON.stringify(methodRow(method))},`),
      "],",
      "unions: [",
      ...unions.map((union) => `  ${JSON.stringify(unionRow(union))},`),
      "],",
    ],
    close: "}",
  });
  const imports = [importTypes("@stubwright/rpc/codegen/v1", ["ProtocolDescriptor"])];
  return printFile("descriptor.gen.ts", imports, [table]);
}

function unionRow({ id, tagPath, arms, carrier }: Union) {
  return { id, tagPath, arms, carrier: carrier ?? undefined };
}

/** What the runtime needs of a method; members that say nothing are left out. */
function methodRow(method: Method) {
  return {
    method: method.wire,
    path: method.path,
    group: method.group,
    handler: method.handler,
    kind: method.kind,
    scope: method.scope?.member,
    params: method.params ?? undefined,
    omitsParams: method.omitsParams || undefined,
    result: method.result ?? undefined,
  };
}
