// The package.json that is published, made from the one in the tree: entries point at dist alone, each
// as ES module and as CommonJS, and what is the same for all packages is added.
"use strict";

const REPOSITORY = "https://github.com/stubwright/stubwright";

/** @typedef {{ "@stubwright/source"?: string, types: string, default: string }} Entry */

/** dist/x.js is dist/cjs/x.js in CommonJS form. @param {string} file */
const commonJs = (file) => file.replace("./dist/", "./dist/cjs/");

/** @param {Entry} entry */
function conditions({ types, default: file }) {
  const module = { types, default: file };
  return {
    import: module,
    // Node takes the same copy for `require`.
    "module-sync": module,
    require: { types: commonJs(types), default: commonJs(file) },
  };
}

/**
 * @param {{ name: string, exports?: Record<string, Entry>, keywords?: string[], scripts?: unknown }} manifest
 * @param {string} directory - Folder of the package in the repository.
 * @param {boolean} both - Whether it has a CommonJS build.
 */
exports.publishedManifest = (manifest, directory, both) => {
  const { scripts, exports: entries = {}, ...rest } = manifest;
  const published = Object.entries(entries).map(([name, entry]) => {
    const { types, default: file } = entry;
    return [name, both ? conditions(entry) : { types, default: file }];
  });
  const main = entries["."];
  const others = Object.entries(entries).filter(([name]) => name !== ".");
  return {
    ...rest,
    exports: Object.fromEntries(published),
    // For tools that do not read `exports`.
    ...(both && main && { main: commonJs(main.default), types: commonJs(main.types) }),
    ...(both &&
      others.length > 0 && {
        typesVersions: {
          "*": Object.fromEntries(
            others.map(([name, { types }]) => [name.slice(2), [commonJs(types)]]),
          ),
        },
      }),
    repository: { type: "git", url: `git+${REPOSITORY}.git`, directory },
    homepage: `${REPOSITORY}/tree/main/${directory}#readme`,
    bugs: `${REPOSITORY}/issues`,
  };
};
