/** How long the text of a pull request may be, with some room. */
const LIMIT = 60_000;

/**
 * @typedef {object} Check
 * @property {string} name
 * @property {boolean} passed
 * @property {string} note
 */

/**
 * Writes the text of a pull request: the first line is its title.
 *
 * @param {object} parts
 * @param {string} parts.from
 * @param {string} parts.to
 * @param {Check[]} parts.checks
 * @param {string[]} parts.files - What changed, as `git status` says it.
 * @param {string} parts.diff - The changelog in Markdown.
 */
export function summarize({ from, to, checks, files, diff }) {
  const head = [
    `Move the Copilot protocol from ${from} to ${to}`,
    `Made by \`pnpm bump ${to}\`.`,
    [
      "| check | result |",
      "|---|---|",
      ...checks.map(
        ({ name, passed, note }) =>
          `| ${name} | ${passed ? "passed" : "**failed**"}${note && `, ${note}`} |`,
      ),
    ].join("\n"),
    ["Files that changed:", "", ...files.map((file) => `- \`${file}\``)].join("\n"),
  ].join("\n\n");
  const room = LIMIT - head.length;
  const cut = diff.length > room;
  const lines = cut ? diff.slice(0, room).split("\n").slice(0, -1) : [diff.trimEnd()];
  const rest = cut ? ["", "The rest is left out; `stubwright diff` prints it."] : [];
  return `${head}\n\n${[...lines, ...rest].join("\n")}\n`;
}
