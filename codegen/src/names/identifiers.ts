/** A wire name or path as a type name: `session.plan.read` gives `SessionPlanRead`. */
export function pascalCase(text: string): string {
  return text
    .split(/[^\p{L}\p{N}\p{M}]+/u)
    .filter(Boolean)
    .map((word) => word.replace(/^./u, (first) => first.toUpperCase()))
    .join("");
}

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/** A name as a property name of an interface: quoted where it is no identifier. */
export function propertyName(name: string): string {
  return IDENTIFIER.test(name) ? name : JSON.stringify(name);
}

/** Words that no exported type may have as its name: some mean an operator. Globals one would hide. */
const RESERVED = new Set(
  (
    "any as async await bigint boolean break case catch class const continue debugger default " +
    "delete do else enum export extends false finally for function if implements import in infer " +
    "instanceof interface intrinsic keyof let never new null number object package private " +
    "protected public readonly return static string super switch symbol this throw true try type " +
    "typeof undefined unique unknown var void while with yield Array Boolean Date Error Function " +
    "Map Number Object Promise Record RegExp Set String Symbol"
  ).split(" "),
);

/**
 * A definition's name as the name of an exported type: kept where it can be, else made an
 * identifier that neither is reserved nor hides a global.
 */
export function typeName(name: string): string {
  const valid = IDENTIFIER.test(name) ? name : pascalCase(name);
  const safe = IDENTIFIER.test(valid) ? valid : `Type${valid}`;
  return RESERVED.has(safe) ? `${safe}Type` : safe;
}

/** The first of the wanted names that is free, or the last one with a number. */
export function firstFree(wanted: readonly string[], taken: (name: string) => boolean): string {
  const free = wanted.find((name) => !taken(name));
  if (free !== undefined) return free;
  const last = wanted.at(-1) ?? "";
  for (let n = 2; ; n++) {
    if (!taken(`${last}${n}`)) return `${last}${n}`;
  }
}
