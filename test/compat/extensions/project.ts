import { execFileSync } from "node:child_process";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** The example of the guide, as it is printed. */
export async function printedExtension(): Promise<string> {
  const guide = await readFile(join(root, "docs/extensions.md"), "utf8");
  const [, code] = /```js\n([\s\S]*?)```/.exec(guide) ?? [];
  if (code === undefined) throw new Error("docs/extensions.md has no example.");
  return code;
}

/**
 * Makes a repository with one extension, and the built client in its `node_modules`.
 *
 * @returns The path of the extension.
 */
export async function makeProject(folder: string, name: string, code: string): Promise<string> {
  const file = join(folder, ".github/extensions", name, "extension.mjs");
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, code);
  const modules = join(folder, "node_modules/@stubwright");
  await mkdir(modules, { recursive: true });
  await symlink(join(root, "packages/copilot"), join(modules, "copilot"));
  execFileSync("git", ["init", "--quiet", folder]);
  return file;
}
