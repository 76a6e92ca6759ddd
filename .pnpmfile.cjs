const { existsSync } = require("node:fs");
const { join, relative } = require("node:path");
const { publishedManifest } = require("./scripts/published-manifest.cjs");

module.exports = {
  hooks: {
    /** @param {Parameters<typeof publishedManifest>[0]} manifest @param {string} folder */
    beforePacking: (manifest, folder) =>
      publishedManifest(
        manifest,
        relative(__dirname, folder).replaceAll("\\", "/"),
        existsSync(join(folder, "dist", "cjs")),
      ),
  },
};
