/** Stands where a secret was. */
export const MASK = "***";

/** Names whose texts are secrets, as members and headers have them. */
const SECRET_NAME =
  /(?:tokens?|secrets?|passwords?|authorization|cookies?|(?:api|access|private|secret)[_-]?keys?)$/i;

/** Other names of secrets, as variables have them. */
const SECRET_VARIABLE = /_KEY$|(?:^|_)(?:PAT|pat)$/;

/**
 * Masks the secrets in a JSON value: the texts that are given, wherever they occur, names of members
 * and JSON inside of texts included; and the texts, and lists of texts, of members whose names say
 * that they are secret, such as `apiKey`, `GITHUB_TOKEN` or `authorization`. Numbers stay: such
 * members hold counts.
 *
 * @returns A copy.
 */
export function maskSecrets(value: unknown, secrets: readonly string[]): unknown {
  // A secret may be part of another one, of which nothing must be left.
  const forms = secrets.flatMap(written).sort((a, b) => b.length - a.length);
  return mask(value, (text) => forms.reduce((left, form) => left.replaceAll(form, MASK), text));
}

/** A secret as it is, and as it stands in JSON, and in JSON inside of JSON. */
function written(secret: string): string[] {
  const inJson = (text: string) => JSON.stringify(text).slice(1, -1);
  return secret === "" ? [] : [secret, inJson(secret), inJson(inJson(secret))];
}

function mask(value: unknown, maskText: (text: string) => string): unknown {
  if (typeof value === "string") return maskText(value);
  if (Array.isArray(value)) return value.map((item) => mask(item, maskText));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const secret = SECRET_NAME.test(name) || SECRET_VARIABLE.test(name);
      return [maskText(name), secret ? hide(member, maskText) : mask(member, maskText)];
    }),
  );
}

/** Masks a text, or the texts of a list. */
function hide(value: unknown, maskText: (text: string) => string): unknown {
  if (typeof value === "string") return MASK;
  return Array.isArray(value) ? value.map((item) => hide(item, maskText)) : mask(value, maskText);
}
