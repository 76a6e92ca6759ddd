import { pascalCase } from "../names/identifiers.js";

/**
 * Where a method stands in the stub of its group: the parts of its name on the wire, each in camel
 * case. A part that can be no name, such as `$`, is left out.
 *
 * @param group - A first part of that name is left out too: `session/prompt` is `prompt` in `session`.
 */
export function pathOf(wire: string, group: string): string[] {
  const parts = partsOf(wire);
  const inside = parts[0] === group && parts.length > 1 ? parts.slice(1) : parts;
  return inside.length > 0 ? inside.map(camelCase) : [wire];
}

/** The same with each part as it is on the wire: `eth_call` is the name that everybody knows. */
export function plainPathOf(wire: string): string[] {
  const parts = partsOf(wire);
  return parts.length > 0 ? parts : [wire];
}

function partsOf(wire: string): string[] {
  return wire.split(/[/.]/).filter((part) => pascalCase(part) !== "");
}

function camelCase(part: string): string {
  const words = pascalCase(part);
  return words.charAt(0).toLowerCase() + words.slice(1);
}
