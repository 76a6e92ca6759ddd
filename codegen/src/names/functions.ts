import { pascalCase } from "./identifiers.js";

/** What an interface of methods is for: making calls, or answering them. */
export type Role = "Rpc" | "Handlers";

/** `server` gives `serverRpc`, which makes calls, and `handleServer`, which answers them. */
export function functionName(group: string, role: Role): string {
  const name = pascalCase(group);
  if (role === "Handlers") return `handle${name}`;
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}Rpc`;
}
