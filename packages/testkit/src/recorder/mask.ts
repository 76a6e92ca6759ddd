import { MASK, maskSecrets as maskMembers } from "@stubwright/rpc/internal";

/**
 * Masks the secrets in a JSON value: the given texts, wherever they occur, names of members and JSON
 * inside of texts included; and what the list of secret members names, such as
 * `apiKey`, `GITHUB_TOKEN`, and all values inside of `env` and `headers`.
 *
 * @returns The value itself if it holds none, else a copy.
 */
export function maskSecrets(value: unknown, secrets: readonly string[]): unknown {
  // A secret may be part of another one, of which nothing must be left.
  const forms = secrets.flatMap(written).sort((a, b) => b.length - a.length);
  const given = forms.length === 0 ? value : replaceTexts(value, forms);
  return maskMembers(given);
}

/** A secret as it is, and as it stands in JSON, and in JSON inside of JSON. */
function written(secret: string): string[] {
  const inJson = (text: string) => JSON.stringify(text).slice(1, -1);
  return secret === "" ? [] : [secret, inJson(secret), inJson(inJson(secret))];
}

function replaceTexts(value: unknown, forms: readonly string[]): unknown {
  const replace = (text: string) => forms.reduce((left, form) => left.replaceAll(form, MASK), text);
  if (typeof value === "string") return replace(value);
  if (Array.isArray(value)) return value.map((item) => replaceTexts(item, forms));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [replace(name), replaceTexts(member, forms)]),
  );
}
