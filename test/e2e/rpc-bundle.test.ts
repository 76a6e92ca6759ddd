// What an app's bundle carries of the built package.
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect, test } from "vitest";

async function sizeOf(name: string): Promise<number> {
  const { outputFiles, warnings } = await build({
    stdin: {
      contents: `import { ${name} } from "@stubwright/rpc"; console.log(${name});`,
      resolveDir: fileURLToPath(new URL("../", import.meta.url)),
    },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    write: false,
  });
  expect(warnings).toEqual([]);
  return outputFiles[0]!.contents.length;
}

test.each([
  ["METHOD_NOT_FOUND", 100],
  ["RpcError", 2_500],
  ["CHANNELS", 1_500],
  ["createStub", 3_000],
  ["Peer", 60_000],
])("a bundle of %s has at most %i bytes", async (name, bytes) => {
  expect(await sizeOf(name)).toBeLessThanOrEqual(bytes);
});
