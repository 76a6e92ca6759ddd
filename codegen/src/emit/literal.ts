/** A JSON value as the TypeScript type that has no other value. */
export function literalType(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literalType).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "undefined";
  const members = Object.entries(value).map(
    ([key, member]) => `${JSON.stringify(key)}: ${literalType(member)}`,
  );
  return members.length > 0 ? `{ ${members.join("; ")} }` : "Record<string, never>";
}
