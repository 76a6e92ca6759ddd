import { isMessageId, type MessageId } from "./message.js";

/** What the beginning of a message tells of it. */
export interface MessageHead {
  /** Its id; undefined if none was found. */
  readonly id?: MessageId;
  /** Whether it is an answer; undefined if that cannot be told. */
  readonly answers?: boolean;
}

const KEY = /[\s,]*"((?:[^"\\]|\\.)*)"\s*:\s*/y;
const SCALAR = /(?:"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null)(?=\s*[,}])/y;
/** A string, ended or not, or a bracket. */
const TOKEN = /"(?:[^"\\]|\\.)*(?:"|$)|[[\]{}]/g;

/** Reads the members of a JSON object, as far as its beginning goes, for what tells of its kind. */
export function readHead(head: Buffer): MessageHead {
  const text = head.toString("utf8");
  const found: { id?: MessageId; answers?: boolean } = {};
  let at = text.search(/\S/) + 1;
  if (text[at - 1] !== "{") return found;
  while (at >= 0) {
    const key = matchAt(KEY, text, at);
    if (!key) break;
    const name = key[1];
    at += key[0].length;
    if (name === "result" || name === "error") found.answers ??= true;
    if (name === "method" || name === "params") found.answers = false;
    const scalar = matchAt(SCALAR, text, at)?.[0];
    if (name === "id" && scalar !== undefined) {
      const id = parse(scalar);
      if (isMessageId(id)) found.id = id;
    }
    at = scalar === undefined ? structureEnd(text, at) : at + scalar.length;
  }
  return found;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function parse(scalar: string): unknown {
  try {
    return JSON.parse(scalar);
  } catch {
    return undefined; // Not JSON, so it is no id.
  }
}

/** Where an object or array ends; -1 if the text ends before. */
function structureEnd(text: string, start: number): number {
  let depth = 0;
  TOKEN.lastIndex = start;
  for (let token = TOKEN.exec(text)?.[0]; token; token = TOKEN.exec(text)?.[0]) {
    if (token === "{" || token === "[") depth++;
    if ((token === "}" || token === "]") && --depth <= 0) return depth < 0 ? -1 : TOKEN.lastIndex;
  }
  return -1;
}
