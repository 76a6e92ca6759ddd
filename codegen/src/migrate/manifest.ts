const SECTIONS = [
  "dependencies",
  "devDependencies",
  "peerDependencies",
  "optionalDependencies",
] as const;
const OLD = "@github/copilot-sdk";
const NEW = "@stubwright/copilot";

/**
 * Puts the new package in the place of the old one in a package.json. Only that entry changes, so that
 * the file's layout stays.
 *
 * @param version - The range of the new package.
 * @returns The text; the same if the old package is not in it.
 */
export function rewriteManifest(text: string, version: string): string {
  const manifest = JSON.parse(text) as Partial<Record<string, Record<string, string>>>;
  const used = SECTIONS.some((section) => manifest[section]?.[OLD] !== undefined);
  if (!used) return text;
  const already = SECTIONS.some((section) => manifest[section]?.[NEW] !== undefined);
  const entry = new RegExp(`("${OLD}"\\s*:\\s*)"[^"]*"`, "g");
  if (!already) return text.replace(entry, `"${NEW}": "${version}"`);
  // With its comma, whichever side it is on.
  return text.replace(
    new RegExp(`\\s*"${OLD}"\\s*:\\s*"[^"]*",|,\\s*"${OLD}"\\s*:\\s*"[^"]*"`, "g"),
    "",
  );
}
