/**
 * Which folders may import which: `pnpm layers`. Imports of types count too, since a layer that
 * needs the types of the one above cannot be read without it.
 */

/** The layers of packages/copilot, from below. Each may import itself and those before it. */
const LAYERS = [
  [
    "base",
    "^packages/copilot/src/(?:errors|channels|deadline|server-quirks|secrets|events/listeners)[.]ts$",
  ],
  ["providers", "^packages/copilot/src/(?:model-requests|session-fs)/"],
  ["options", "^packages/copilot/src/options/"],
  ["connection", "^packages/copilot/src/connection/"],
  ["session", "^packages/copilot/src/(?:session|events|callbacks|tools|canvas|factories)/"],
  ["recovery", "^packages/copilot/src/(?:recovery|supervisor)/"],
  [
    "client",
    "^packages/copilot/src/(?:client|client-parts|connect-parts|extension|index|models-cache|otel|session-parts|stored-sessions)[.]ts$|^packages/copilot/src/(?:established|extension)/",
  ],
];

/** The packages, from below; one may import those before it, as far as it depends on them. */
const PACKAGES = [
  ["rpc", "^packages/rpc/src/"],
  ["generated", "^generated/[^/]+/src/"],
  ["copilot", "^packages/copilot/src/"],
  ["fleet", "^packages/fleet/src/"],
  ["testkit", "^packages/testkit/src/"],
  ["inspector", "^packages/inspector/src/"],
  ["examples", "^examples/src/"],
];

/**
 * What stands in a list may not import what comes after it.
 *
 * @param {string} kind
 * @param {string[][]} list
 * @returns {import("dependency-cruiser").IForbiddenRuleType[]}
 */
function downwards(kind, list) {
  return list.slice(0, -1).map(([name = "", path = ""], index) => ({
    name: `${kind}: ${name}`,
    comment: `Imports run down only: ${list.map(([each]) => each).join(" <- ")}.`,
    severity: "error",
    from: { path },
    to: { path: list.slice(index + 1).map(([, above = ""]) => above) },
  }));
}

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    ...downwards("layer", LAYERS),
    ...downwards("package", PACKAGES),
    {
      name: "layer: none",
      comment: "Every file belongs to a layer.",
      severity: "error",
      from: { path: "^packages/copilot/src/", pathNot: LAYERS.map(([, path = ""]) => path) },
      to: {},
    },
    {
      name: "generator",
      comment: "The generator is no part of what runs in a user's program.",
      severity: "error",
      from: { path: "^(?:packages|generated|examples)/" },
      to: { path: "^codegen/" },
    },
    {
      name: "no circles",
      comment: "Files that import each other, types included, cannot be read one by one.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "resolved",
      comment: "An import that is not found is checked by no rule.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: ["/dist/", "/build/", "/test/", "/page/", "[.]d[.]ts$"] },
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["@stubwright/source", "import", "types", "node", "default"],
      extensions: [".ts", ".js", ".mjs", ".json"],
    },
  },
};
