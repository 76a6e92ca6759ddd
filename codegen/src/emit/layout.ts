import { ts } from "./libraries.js";

const { SyntaxKind } = ts;

/** What takes the place of names that the compiler was given. */
export interface Renaming {
  /** The final name of a declaration; undefined if it is no declaration of the protocol. */
  declaration(name: string): string | undefined;
  /** The name that a member really has; undefined if that is its own. */
  member(name: string): string | undefined;
}

/**
 * Sets the declarations that json-schema-to-typescript wrote, whose text is unindented, as
 * TypeScript's own printer would, and gives them their names. The text is read once, token by token;
 * to parse it, transform it and print it takes several times as long.
 *
 * @returns Declarations by name.
 */
export function layOut(text: string, names: Renaming): Map<string, string> {
  const layout = new Layout(readTokens(text), names);
  return new Map(layout.declarations());
}

interface Token {
  readonly kind: number;
  /** As it stands in the text. */
  readonly text: string;
  readonly startsLine: boolean;
}

function readTokens(text: string): Token[] {
  const scanner = ts.createScanner(ts.ScriptTarget.ES2023, false);
  scanner.setText(text);
  const tokens: Token[] = [];
  let startsLine = true;
  for (let kind = scanner.scan(); kind !== SyntaxKind.EndOfFileToken; kind = scanner.scan()) {
    if (kind === SyntaxKind.NewLineTrivia) startsLine = true;
    if (kind === SyntaxKind.NewLineTrivia || kind === SyntaxKind.WhitespaceTrivia) continue;
    tokens.push({ kind, text: scanner.getTokenText(), startsLine });
    startsLine = false;
  }
  return tokens;
}

const END: Token = { kind: SyntaxKind.EndOfFileToken, text: "", startsLine: true };

class Layout {
  readonly #tokens: readonly Token[];
  readonly #names: Renaming;
  #at = 0;
  #depth = 0;
  #text = "";

  constructor(tokens: readonly Token[], names: Renaming) {
    this.#tokens = tokens;
    this.#names = names;
  }

  *declarations(): Iterable<[name: string, text: string]> {
    while (this.#here !== END) {
      this.#text = "";
      this.#comment();
      const isAlias = this.#peek(1).text === "type";
      const name = this.#names.declaration(this.#peek(2).text);
      this.#write(`export ${isAlias ? "type" : "interface"} ${name}${isAlias ? " = " : " "}`);
      this.#at += isAlias ? 4 : 3;
      if (isAlias) this.#wholeType();
      else this.#members(true);
      if (name !== undefined) yield [name, isAlias ? `${this.#text};` : this.#text];
    }
  }

  get #here(): Token {
    return this.#peek(0);
  }

  #peek(ahead: number): Token {
    return this.#tokens[this.#at + ahead] ?? END;
  }

  #write(text: string): void {
    this.#text += text;
  }

  #line(): void {
    this.#text += `\n${"    ".repeat(this.#depth)}`;
  }

  /** The comment in front of a declaration or a member, if it has one. */
  #comment(): void {
    if (this.#here.kind !== SyntaxKind.MultiLineCommentTrivia) return;
    const [first = "", ...lines] = this.#here.text.split(LINE_BREAK);
    this.#write(first);
    for (const line of lines) {
      const text = line.trim();
      if (text === "") this.#write("\n");
      else {
        this.#line();
        this.#write(" ".repeat(line.length - line.trimStart().length) + text);
      }
    }
    this.#at++;
    this.#line();
  }

  /** What stands between braces. */
  #members(ofInterface: boolean): void {
    this.#write("{");
    this.#at++;
    const isEmpty = this.#here.text === "}";
    this.#depth++;
    while (this.#here.text !== "}") {
      this.#line();
      this.#comment();
      this.#member();
      this.#write(";");
      if (this.#here.text === ";") this.#at++;
    }
    this.#depth--;
    if (!isEmpty || ofInterface) this.#line();
    this.#write("}");
    this.#at++;
  }

  #member(): void {
    const isIndex = this.#here.text === "[";
    if (isIndex) {
      // [k: string]
      const [key, type] = [this.#peek(1), this.#peek(3)];
      this.#write(`[${key.text}: ${type.text}]: `);
      this.#at += 6;
      this.#type();
      return;
    }
    const { kind, text } = this.#here;
    const own = kind === SyntaxKind.StringLiteral && this.#names.member(JSON.parse(text));
    this.#write(typeof own === "string" ? JSON.stringify(own) : text);
    this.#at++;
    if (this.#here.text === "?") {
      this.#write("?");
      this.#at++;
    }
    this.#write(": ");
    this.#at++;
    this.#wholeType();
  }

  /** The type of an alias or a member. Parentheses around all of it add nothing. */
  #wholeType(): void {
    if (this.#here.text !== "(" || !this.#endsType(this.#behindParentheses())) {
      this.#type();
      return;
    }
    this.#at++;
    this.#type();
    this.#at++;
  }

  #behindParentheses(): Token {
    let depth = 0;
    for (let ahead = 0; ; ahead++) {
      const { text } = this.#peek(ahead);
      if (text === "(") depth++;
      if (text === ")") depth--;
      if (depth === 0) return this.#peek(ahead + 1);
    }
  }

  #endsType({ startsLine, text }: Token): boolean {
    return startsLine || ENDS.has(text);
  }

  #type(): void {
    for (
      let before = "";
      before === "" || !this.#endsType(this.#here);
      before = this.#part(before)
    );
  }

  /** One part of a type, given how the one before it ends. */
  #part(before: string): string {
    const { text } = this.#here;
    const isList = text === "[" && !(before === "" || OPERATORS.has(before));
    if (text === "{") this.#members(false);
    else if (text === "[" && !isList) this.#tuple();
    else if (text === "(" || text === "<" || isList) this.#inside();
    else {
      if (text === "|" || text === "&") this.#write(` ${text} `);
      else this.#write(WORD.test(before) && WORD.test(text) ? ` ${text}` : text);
      this.#at++;
    }
    return text;
  }

  /** A type in brackets that are written on one line. */
  #inside(): void {
    const open = this.#here.text;
    this.#write(open);
    this.#at++;
    while (!CLOSING.has(this.#here.text)) {
      this.#type();
      if (this.#here.text !== ",") continue;
      this.#write(", ");
      this.#at++;
    }
    this.#write(this.#here.text);
    this.#at++;
  }

  #tuple(): void {
    this.#write("[");
    this.#depth++;
    this.#at++;
    while (this.#here.text !== "]") {
      this.#line();
      this.#type();
      if (this.#here.text !== ",") continue;
      this.#write(",");
      this.#at++;
    }
    this.#depth--;
    this.#line();
    this.#write("]");
    this.#at++;
  }
}

const LINE_BREAK = /\r\n|[\n\r\u2028\u2029]/;
const WORD = /^[\p{ID_Continue}$]+$/u;
const CLOSING: ReadonlySet<string> = new Set([")", "]", ">"]);
const ENDS: ReadonlySet<string> = new Set([...CLOSING, "}", ";", ","]);
/** Behind one of these, a bracket begins a tuple. */
const OPERATORS: ReadonlySet<string> = new Set(["|", "&", "..."]);
