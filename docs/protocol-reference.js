// Writes the reference of the Copilot protocol, every method and event, for the site: docs/protocol.
// The prose is that of the installed schemas and is never committed; the versions are from since.json,
// which `pnpm evolution` writes.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readProtocol } from "stubwright";

/** @typedef {import("stubwright").JsonSchema} JsonSchema */

const here = fileURLToPath(new URL("./", import.meta.url));
const protocol = readProtocol(`${here}../schema/copilot/source.json`);
/** @type {{ first: string, methods: Record<string, string>, events: Record<string, string> }} */
const since = JSON.parse(readFileSync(`${here}since.json`, "utf8"));

/** @param {string} text */
const html = (text) =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll("{", "&#123;")
    .replaceAll("}", "&#125;");
/** @param {string} text */
const cell = (text) =>
  html(text)
    .replaceAll("|", "\\|")
    .replace(/\s*\n\s*/g, " ");
/** @param {string} name */
const anchor = (name) => name.replace(/[^\w]+/g, "-");

/**
 * A type in short: as TypeScript writes it.
 *
 * @param {any} schema
 * @param {number} [depth]
 * @returns {string}
 */
function typeText(schema, depth = 0) {
  if (typeof schema !== "object" || schema === null) return "unknown";
  if (typeof schema.$ref === "string") return schema.$ref.replace("#/definitions/", "");
  if ("const" in schema) return JSON.stringify(schema.const);
  if (Array.isArray(schema.enum))
    return schema.enum.map((/** @type {unknown} */ value) => JSON.stringify(value)).join(" | ");
  const arms = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(arms)) return arms.map((arm) => typeText(arm, depth + 1)).join(" | ");
  if (Array.isArray(schema.type)) return schema.type.join(" | ");
  if (schema.type === "array")
    return `${depth > 0 ? "(" : ""}${typeText(schema.items, depth + 1)}${depth > 0 ? ")" : ""}[]`;
  return schema.type ?? "unknown";
}

/** @param {string | null} name @param {string} title */
function members(name, title) {
  const schema = /** @type {any} */ (name === null ? undefined : protocol.types[name]);
  if (!schema) return [];
  const properties = Object.entries(schema.properties ?? {});
  if (properties.length === 0)
    return [`${title}: \`${name}\`, ${html(typeText({ ...schema, title: undefined }))}`, ""];
  const required = new Set(schema.required ?? []);
  const rows = properties.map(([member, inner]) => {
    const { description = "" } = /** @type {any} */ (inner);
    return `| \`${member}\`${required.has(member) ? "" : "?"} | ${cell(typeText(inner))} | ${cell(description)} |`;
  });
  return [`${title}: \`${name}\``, "", "| member | type | |", "|---|---|---|", ...rows, ""];
}

/** @param {string[]} tags */
const line = (tags) => [tags.filter(Boolean).join(" · "), ""];

const shown = protocol.methods.filter(({ visibility }) => visibility === "public");
const groups = Map.groupBy ? Map.groupBy(shown, ({ group }) => group) : new Map();
if (groups.size === 0)
  for (const method of shown)
    groups.set(method.group, [...(groups.get(method.group) ?? []), method]);
const methods = [...groups].flatMap(([group, list]) => [
  `## ${group}`,
  "",
  ...list.flatMap((/** @type {(typeof shown)[number]} */ method) => [
    `### ${method.wire} {#${anchor(method.wire)}}`,
    "",
    html(method.doc),
    "",
    ...line([
      method.kind,
      method.handler === "client" ? "answered by the client" : "",
      method.scope ? `named by \`${method.scope.member}\`` : "",
      method.stability === "stable" ? "" : method.stability,
      method.deprecated ? "**deprecated**" : "",
      `since ${since.methods[method.wire] ?? since.first}`,
    ]),
    ...members(method.params, "Params"),
    ...members(method.result, "Result"),
  ]),
]);
const events = protocol.unions
  .filter(({ carrier }) => carrier)
  .flatMap(({ arms }) =>
    Object.entries(arms).flatMap(([tag, type]) => {
      const schema = /** @type {any} */ (protocol.types[type]);
      const data = schema?.properties?.data;
      const name = typeof data?.$ref === "string" ? data.$ref.replace("#/definitions/", "") : type;
      return [
        `## ${tag} {#${anchor(tag)}}`,
        "",
        html(schema?.description ?? ""),
        "",
        ...line([`since ${since.events[tag] ?? since.first}`]),
        ...members(name, "Data"),
      ];
    }),
  );

const head = (/** @type {string} */ title, /** @type {string} */ text) => [
  "---",
  "outline: 2",
  "---",
  "",
  `# ${title}`,
  "",
  text,
  "",
];
rmSync(`${here}protocol`, { recursive: true, force: true });
mkdirSync(`${here}protocol`);
const from = `The protocol of the Copilot CLI as its schemas of version ${protocol.version} publish it. Versions are those of the package in which it appeared first.`;
writeFileSync(`${here}protocol/methods.md`, [...head("Methods", from), ...methods].join("\n"));
writeFileSync(`${here}protocol/events.md`, [...head("Events", from), ...events].join("\n"));
