import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";

/** The minified code of a program that uses something of the package, from its sources. */
async function bundle(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL("..", import.meta.url)) },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    conditions: ["@stubwright/source"],
    write: false,
  });
  return outputFiles[0]!.text;
}

const DISPATCHER = "mapErrorToJSONRPCErrorResponse";

describe("a bundle", () => {
  it("of one constant is the constant", async () => {
    const names = ["METHOD_NOT_FOUND", "INVALID_PARAMS", "CHANNELS"];
    for (const name of names) {
      const code = await bundle(`import { ${name} } from "@stubwright/rpc"; console.log(${name});`);
      expect(code.length, name).toBeLessThan(1_000);
    }
    expect(await bundle('import "@stubwright/rpc";')).toBe("");
  });

  it.each(["createStub", "createUnionParser", "memoryTransportPair", "ResponseError"])(
    "of %s carries no dispatcher of requests",
    async (name) => {
      const entry = name === "createUnionParser" ? "@stubwright/rpc/codegen/v1" : "@stubwright/rpc";
      const code = await bundle(`import { ${name} } from "${entry}"; console.log(${name});`);
      expect(code).not.toContain(DISPATCHER);
      expect(code.length).toBeLessThan(8_000);
    },
  );

  it("of a client that only calls carries none", async () => {
    const program = `import { Client, connectTcp, createStub, ndjson } from "@stubwright/rpc";
      const client = new Client(await connectTcp({ port: 1 }), { framing: ndjson });
      client.onNotification("n", console.log);
      console.log(await createStub(client, [], "server"), await client.request("x"));`;
    expect(await bundle(program)).not.toContain(DISPATCHER);
  });

  it("of a peer carries it, and no checks", async () => {
    const code = await bundle('import { Peer } from "@stubwright/rpc"; console.log(Peer);');
    expect(code).toContain(DISPATCHER);
    expect(code).not.toContain("unevaluatedProperties");
  });
});
