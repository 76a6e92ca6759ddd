import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { MethodDescriptor } from "@stubwright/rpc";

/** What is written about a method. */
export interface MethodDocs {
  readonly doc?: string;
  /** Such as `experimental` or `deprecated`. */
  readonly stability?: string;
}

const INTERFACE = /\/\*\*[^`]*`([\w.$]+)`[^*]*\*\/\s*export interface \w+ \{\n([\s\S]*?)\n\}/g;
const MEMBER = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(?:readonly )?"?([\w$]+)"?\??(?=[:(])/g;

/**
 * Reads the docs of methods from the declarations of an installed protocol package, whose comments
 * are the prose of its schemas. Generated sources have none.
 *
 * @param name - The protocol, such as `copilot`.
 */
export function readDocs(name: string): (method: MethodDescriptor) => MethodDocs {
  const text = readDeclarations(name);
  const known = new Map<string, MethodDocs>();
  for (const [, path = "", body = ""] of text.matchAll(INTERFACE)) {
    for (const [, comment = "", member] of body.matchAll(MEMBER)) {
      known.set(`${path}.${member}`, toDocs(comment));
    }
  }
  return ({ group, path }) => known.get([group, ...path].join(".")) ?? {};
}

function toDocs(comment: string): MethodDocs {
  const lines = comment.split("\n").map((line) => line.replace(/^\s*\*? ?/, "").trimEnd());
  const prose = lines.filter((line) => !line.startsWith("@")).join("\n");
  const stability = /@(experimental|deprecated|beta|internal)/.exec(comment)?.[1];
  const doc = prose.trim();
  return { ...(doc && { doc }), ...(stability !== undefined && { stability }) };
}

function readDeclarations(name: string): string {
  try {
    const entry = createRequire(import.meta.url).resolve(`@stubwright/${name}-protocol/descriptor`);
    const file = join(dirname(dirname(entry)), "dist", "rpc.gen.d.ts");
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  } catch {
    // A protocol of one's own is in no such package.
    return "";
  }
}
