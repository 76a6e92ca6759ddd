/** Stands where a secret was. */
export const MASK = "***";

/** Names of members whose value is a secret, whatever it is. */
const SECRET_NAME = /^(.*token|api_?key|authorization|.*secret|password|cookie)$/i;

/** Names that look so, and hold counts. */
const NO_SECRET = /tokens$|^maxToken|^tokenCount/i;

/**
 * Masks the secrets in a JSON value: the texts that are given, wherever they occur, and the texts
 * of members whose names say that they are one, such as `apiKey`, `gitHubToken` or `authorization`.
 *
 * @returns A copy.
 */
export function maskSecrets(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === "string") {
    return secrets
      .filter((secret) => secret !== "")
      .reduce((text, secret) => text.replaceAll(secret, MASK), value);
  }
  if (Array.isArray(value)) return value.map((item) => maskSecrets(item, secrets));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const secret = SECRET_NAME.test(name) && !NO_SECRET.test(name);
      return [name, secret && typeof member === "string" ? MASK : maskSecrets(member, secrets)];
    }),
  );
}
