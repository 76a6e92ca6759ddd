import type { Method, Protocol } from "../ir.js";
import { functionName } from "../names/functions.js";
import { propertyName } from "../names/identifiers.js";
import { sampleOf } from "./sample.js";

/** Methods that begin a conversation, and those that end it or change much. */
const FIRST = /^(initialize|connect|ping|status)$/;
const LATER = /exit|shut_?down|log_?out|cancel|delete|remove|reload|reset|clear/i;

/** The lines of a program that starts a server of a protocol and calls it. */
export function exampleClient({ methods, types }: Protocol, from: string): string {
  const calls = methods.filter(
    ({ handler, visibility }) => handler !== "client" && visibility === "public",
  );
  const requests = calls.filter(({ kind, wire }) => kind === "request" && !LATER.test(wire));
  // A call that needs nothing to be known runs as it is printed.
  const call =
    requests.find(({ wire }) => FIRST.test(wire)) ??
    requests.find(({ scope, paramsOptional }) => !scope && paramsOptional) ??
    requests.find(({ scope }) => !scope) ??
    calls[0];
  const functionOf = call ? functionName(call.group, "Rpc") : undefined;
  return [
    'import { Peer, spawnTransport, wireOptions } from "@stubwright/rpc";',
    `import { ${["protocol", functionOf].filter(Boolean).join(", ")} } from "${from}/index.gen.js";`,
    `import { validators } from "${from}/validators.gen.js";`,
    "",
    "// The program that speaks the protocol, and its arguments.",
    'const [command = "the-server", ...args] = process.argv.slice(2);',
    "const transport = spawnTransport({ command, args });",
    "await using peer = new Peer(transport, { ...wireOptions(protocol), validators });",
    ...(call ? [callLine(call, functionOf ?? "", types)] : []),
  ].join("\n");
}

function callLine(
  { path, params, paramsOptional, scope }: Method,
  name: string,
  types: Protocol["types"],
): string {
  const place = path.map((part) => {
    const property = propertyName(part);
    return property === part ? `.${part}` : `[${property}]`;
  });
  const scoped = scope ? `peer, "the ${scope.member}"` : "peer";
  const sample = params && !paramsOptional ? sampleOf(types[params] ?? {}, types) : undefined;
  const given = sample === undefined ? "" : JSON.stringify(sample);
  return `console.log(await ${name}(${scoped})${place.join("")}(${given}));`;
}
