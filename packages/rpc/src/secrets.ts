// The one list of what is secret. Everything that shows a value consults it: previews in errors,
// diagnostics, channels, the redaction of a process's stderr, and recordings.

/** Stands where a secret was. */
export const MASK = "***";

/** Ends of names, without separators and in lower case, whose values are secret. */
const SECRET_NAME =
  /(?:tokens?|secrets?|passwords?|passwd|passphrases?|passcodes?|credentials?|authorization|cookies?|jwts?|connectionstrings?|(?:shared)?accesssignatures?|(?:access|account|api|auth|client|encryption|functions?|master|private|secret|signing|ssh|storage|subscription)keys?)$/;

/** Names of variables whose values are secret, beyond those of members: `STRIPE_KEY`, `GH_PAT`. */
const SECRET_VARIABLE =
  /_(?:KEY|PASS|PWD|AUTH|SAS|DSN|CONN_STR)$|(?:^|_)(?:PAT|pat)$|_(?:TOKEN|SECRET|KEY|PASSWORD|CREDENTIALS?)_(?:BASE64|B64|JSON|HEX)$/;

/** Members whose values are masked whole, whatever their names. */
const SECRET_CONTAINER = /^(?:env|environment|envvars?)$|headers$/;

/** Parameters of a query that sign or authorize a request. */
const SECRET_PARAMETER = /^(?:sig|signature|code|auth|key|pwd|x-amz-(?:signature|credential))$/i;

/** Members whose numbers tell nothing: they count, or number what is in progress. */
const COUNTS = /tokens?$/;

const plain = (name: string) => name.replace(/[-_. ]/g, "").toLowerCase();

/** Whether the value of a member, header or variable of this name must never be shown. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(plain(name)) || SECRET_VARIABLE.test(name);
}

/** Whether a member holds values by free names that must never be shown: `env` and `headers`. */
export function isSecretContainer(name: string): boolean {
  return SECRET_CONTAINER.test(plain(name));
}

/** Whether a JSON Pointer leads into something secret. */
export function isSecretPointer(pointer: string): boolean {
  const parts = pointer.split("/").slice(1);
  return parts.some(
    (part, at) => isSecretName(part) || (isSecretContainer(part) && at < parts.length - 1),
  );
}

/** Shapes of tokens that are known by sight. */
const TOKEN_SHAPES =
  /(?<!\w)(?:gh[pousr]_\w{10,}|github_pat_\w{10,}|sk-[\w-]{10,}|xox[abposr]-[\w-]{10,}|AKIA[0-9A-Z]{12,}|eyJ[\w-]{8,}(?:\.[\w-]*){0,2})/g;

/** Whether the item after this one in a list is secret: it is a flag such as `--token`. */
export function isSecretFlag(item: unknown): boolean {
  return typeof item === "string" && /^--?\w[\w-]*$/.test(item) && isSecretSetting(item);
}

const isSecretSetting = (name: string) => isSecretName(name.replace(/^-+/, ""));

type Replace = (whole: string, ...groups: string[]) => string;

/** Forms of secrets in texts. Each is looked for only where one of its markers is: texts are large. */
const FORMS: readonly (readonly [
  markers: readonly string[],
  form: RegExp,
  by: string | Replace,
])[] = [
  [["://"], /:\/\/[^\s/@"'<>]{1,1024}@/g, `://${MASK}@`],
  [
    ["="],
    /(?<=[?&;])([\w.-]{1,64})=[^&\s"'#<>;]+/g,
    (whole, name: string) =>
      isSecretName(name) || SECRET_PARAMETER.test(name) ? `${name}=${MASK}` : whole,
  ],
  [["Bearer", "Basic"], /\b(Bearer|Basic)(\s+)[\w.~+/=-]{8,}/g, `$1$2${MASK}`],
  [
    [":"],
    /(?<![\w-])((?:proxy-)?authorization|(?:set-)?cookie|x-[\w-]{1,64})(\s*:\s*)[^\r\n"']+/gi,
    (whole, name: string, colon: string) =>
      isSecretName(name) || /auth$/i.test(name) ? `${name}${colon}${MASK}` : whole,
  ],
  [
    ["="],
    /(?<![\w-])(-{0,2}\w[\w-]{0,63})=("[^"]*"|'[^']*'|[^\s"',;&]+)/g,
    (whole, name: string) => (isSecretSetting(name) ? `${name}=${MASK}` : whole),
  ],
  [
    ["--"],
    /(?<![\w-])(--\w[\w-]{0,63})(\s+)("[^"]*"|'[^']*'|[^\s"'-][^\s"']*)/g,
    (whole, name: string, blank: string) =>
      isSecretSetting(name) ? `${name}${blank}${MASK}` : whole,
  ],
  [["gh", "github_pat_", "sk-", "xox", "AKIA", "eyJ"], TOKEN_SHAPES, MASK],
];

/**
 * Masks what is secret in a text by its form: user info and signatures in URLs, `Bearer` tokens,
 * settings such as `--token X`, `API_KEY=X` or `"apiKey": "X"`, and tokens known by sight.
 */
export function maskText(text: string): string {
  let masked = text.includes('"') ? maskJsonMembers(text) : text;
  for (const [markers, form, by] of FORMS) {
    if (!markers.some((marker) => masked.includes(marker))) continue;
    masked = typeof by === "string" ? masked.replace(form, by) : masked.replace(form, by);
  }
  return masked;
}

/** The beginning of a member of JSON that holds a text, also of JSON inside of a text. */
const JSON_MEMBER = /(?<!\\)(\\{0,7}")([\w.-]{1,64})\1\s{0,8}:\s{0,8}\1/g;

/** Masks secret members in what may be a part of a JSON text. */
function maskJsonMembers(text: string): string {
  let masked = "";
  let from = 0;
  for (const found of text.matchAll(JSON_MEMBER)) {
    const [member, quote = "", name = ""] = found;
    if (found.index < from || !isSecretName(name)) continue;
    const start = found.index + member.length;
    masked += text.slice(from, start) + MASK;
    from = endOfText(text, start, quote.length - 1);
  }
  return from === 0 ? text : masked + text.slice(from);
}

/** Where a JSON text ends whose quotes have that many backslashes before them. */
function endOfText(text: string, start: number, backslashes: number): number {
  for (let at = text.indexOf('"', start); at >= 0; at = text.indexOf('"', at + 1)) {
    let before = at;
    while (before > start && text[before - 1] === "\\") before--;
    const count = at - before;
    if (backslashes === 0 && count % 2 === 0) return at;
    if (backslashes > 0 && count === backslashes) return before;
  }
  return text.length;
}

/** Deeper values than this are not walked. */
const MAX_DEPTH = 100;

/**
 * Masks the secrets in a JSON value: the values of secret members, all values inside of `env` and
 * `headers`, list items that follow a flag such as `--token`, and what {@link maskText} finds in
 * texts, also in JSON inside of a text. Names stay; numbers of members that count (`tokens`) stay.
 *
 * @returns The value itself if it holds none, else a copy.
 */
export function maskSecrets(value: unknown): unknown {
  return mask(value, 0);
}

/**
 * Puts the secrets back into what was made of a masked value.
 *
 * @param changed - The masked value itself, or one that has parts of it.
 * @param masked - What {@link maskSecrets} made.
 * @param original - What it was made of.
 */
export function unmaskSecrets(changed: unknown, masked: unknown, original: unknown): unknown {
  if (changed === masked) return original;
  if (masked === original || !isContainer(changed) || !isContainer(masked)) return changed;
  const from = original as Readonly<Record<string, unknown>>;
  const entries = Object.entries(changed).map(([name, value]): [string, unknown] => [
    name,
    Object.hasOwn(masked, name) ? unmaskSecrets(value, masked[name], from[name]) : value,
  ]);
  return Array.isArray(changed) ? entries.map(([, value]) => value) : Object.fromEntries(entries);
}

function isContainer(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** Masks the secrets in the body of a message. @returns The body itself if it holds none. */
export function maskBody(body: string | Buffer): string | Buffer {
  const text = body.toString();
  const masked = maskJsonText(text, 0);
  return masked === text ? body : masked;
}

function mask(value: unknown, depth: number): unknown {
  if (typeof value === "string") return maskJsonText(value, depth);
  if (typeof value !== "object" || value === null) return value;
  if (depth > MAX_DEPTH) return MASK;
  if (Array.isArray(value)) {
    return share(
      value,
      value.map((item, at) => {
        const hidden = isSecretFlag(value[at - 1]) && typeof item === "string";
        return hidden ? MASK : mask(item, depth + 1);
      }),
    );
  }
  let changed = false;
  const entries = Object.entries(value).map(([name, member]): [string, unknown] => {
    let masked: unknown;
    if (isSecretName(name)) masked = hide(member, COUNTS.test(plain(name)), depth + 1);
    else if (isSecretContainer(name) && typeof member === "object" && member !== null) {
      masked = hide(member, false, depth + 1);
    } else masked = mask(member, depth + 1);
    changed ||= masked !== member;
    return [name, masked];
  });
  // Not by assignment, which a member named __proto__ would not survive.
  return changed ? Object.fromEntries(entries) : value;
}

/** Masks every text, and every number that counts nothing. */
function hide(value: unknown, counts: boolean, depth: number): unknown {
  if (typeof value === "number") return counts ? value : MASK;
  if (typeof value === "string" || typeof value === "bigint" || depth > MAX_DEPTH) return MASK;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => hide(item, counts, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, hide(member, counts, depth + 1)]),
  );
}

function share<T>(before: readonly T[], after: readonly T[]): readonly T[] {
  return after.some((item, at) => item !== before[at]) ? after : before;
}

/** Texts may hold JSON, as the arguments of a tool's call do. */
function maskJsonText(text: string, depth: number): string {
  if (depth < MAX_DEPTH && /^\s*[[{]/.test(text)) {
    try {
      const inner: unknown = JSON.parse(text);
      const masked = mask(inner, depth + 1);
      return masked === inner ? text : JSON.stringify(masked);
    } catch {
      // It only looked like JSON.
    }
  }
  return maskText(text);
}
