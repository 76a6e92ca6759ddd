// Writes the tables of options for the site, docs/options.md, from the types and their TSDoc.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const here = fileURLToPath(new URL("./", import.meta.url));

/** What is shown: an entry, and its interfaces with a title each. */
const PAGES = /** @type {const} */ ([
  [
    "copilot",
    {
      CopilotClientOptions: "new CopilotClient(options)",
      SessionConfig: "client.createSession(config)",
      ResumeSessionConfig: "client.resumeSession(id, config)",
      TurnOptions: "session.sendAndWait(message, options)",
      RestartOptions: "The option restart",
    },
  ],
  [
    "rpc",
    {
      PeerOptions: "new Peer(transport, options)",
      CallOptions: "Options of every call",
      SpawnOptions: "spawnTransport(options)",
    },
  ],
  [
    "fleet",
    {
      FleetConnectionOptions: "RuntimeConnection.forFleet(options)",
      WorkerOptions: "startWorker(options)",
    },
  ],
]);

const entries = PAGES.map(([name]) => `${here}../packages/${name}/src/index.ts`);
const program = ts.createProgram(entries, {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  customConditions: ["@stubwright/source"],
  strict: true,
  skipLibCheck: true,
  types: ["node"],
  typeRoots: [`${here}node_modules/@types`],
});
const checker = program.getTypeChecker();

/** @param {string} text */
const cell = (text) =>
  text
    .replace(/\{@link (?:\w+\.)?(\w+)\}/g, "`$1`")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll("{", "&#123;")
    .replaceAll("}", "&#125;")
    .replaceAll("|", "\\|")
    .replace(/\s*\n\s*/g, " ");

/** A type as it is written where that is short, else by its name alone. @param {ts.Symbol} member */
function typeOf(member) {
  const declaration = member.valueDeclaration ?? member.declarations?.[0];
  if (
    declaration &&
    (ts.isPropertySignature(declaration) || ts.isPropertyDeclaration(declaration)) &&
    declaration.type
  ) {
    const written = declaration.type.getText().replace(/\s+/g, " ");
    if (written.length <= 90) return written;
    return "object";
  }
  return "function";
}

/** @param {ts.Symbol} symbol @param {string} name @param {string} title */
function table(symbol, name, title) {
  const resolved = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const type = checker.getDeclaredTypeOfSymbol(resolved);
  const rows = checker.getPropertiesOfType(type).map((member) => {
    const docs = ts.displayPartsToString(member.getDocumentationComment(checker));
    const deprecated = member.getJsDocTags(checker).some((tag) => tag.name === "deprecated");
    const optional = member.flags & ts.SymbolFlags.Optional ? "" : " (required)";
    return `| \`${member.name}\`${optional} | ${cell(typeOf(member))} | ${deprecated ? "Deprecated. " : ""}${cell(docs)} |`;
  });
  if (rows.length === 0) throw new Error(`${name} has no members.`);
  return [
    `## ${title} {#${name}}`,
    "",
    `\`${name}\``,
    "",
    "| option | type | |",
    "|---|---|---|",
    ...rows,
    "",
  ];
}

const sections = PAGES.flatMap(([name, shown], index) => {
  const source = program.getSourceFile(/** @type {string} */ (entries[index]));
  const module = source && checker.getSymbolAtLocation(source);
  const exported = module ? checker.getExportsOfModule(module) : [];
  return Object.entries(shown).flatMap(([type, title]) => {
    const symbol = exported.find((each) => each.name === type);
    if (!symbol) throw new Error(`@stubwright/${name} exports no ${type}.`);
    return table(symbol, type, title);
  });
});
const head = [
  "---",
  "outline: 2",
  "---",
  "",
  "# Options",
  "",
  "Every option with its type, as the types and their comments say.",
  "",
];
writeFileSync(`${here}options.md`, [...head, ...sections].join("\n"));
