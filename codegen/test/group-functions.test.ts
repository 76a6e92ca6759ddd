import { expect, test } from "vitest";
import { generateFiles, toCallable } from "../src/generate.js";
import type { GeneratedFile } from "../src/index.js";
import { compileErrors } from "./compile.js";
import { MARKED, METAMODEL, OPENRPC } from "./format-documents.js";
import { inlineSource } from "./inline.js";

function errorsOf(files: readonly GeneratedFile[], program: string): string {
  return compileErrors([...files, { path: "main.ts", text: program }]);
}

async function filesOf(documents: Readonly<Record<string, object>>, stable?: string) {
  const source = inlineSource(documents);
  const marked = source.documents.map((document) =>
    stable && document.name !== stable ? { ...document, stable } : document,
  );
  return generateFiles(toCallable({ ...source, documents: marked }));
}

test("a function for each group calls or answers it, and a misspelt handler does not compile", async () => {
  const program = `
    import type { Peer } from "@stubwright/rpc";
    import { agentRpc, handleClient, handleClientSession, sessionRpc } from "./index.gen.js";
    import { clientSessionRpc, handleAgent, handleSession } from "./server.gen.js";
    declare const peer: Peer;
    const prompted: Promise<object> = sessionRpc(peer, "7").prompt();
    agentRpc(peer).cancelRequest({});
    const remove: () => void = handleClientSession(peer, (sessionId: string) => ({ update() { sessionId; } }));
    handleClient(peer, { cancelRequest: () => {} });
    handleSession(peer, () => ({ prompt: () => ({}), setMode: async () => ({}) }));
    handleAgent(peer, {});
    clientSessionRpc(peer, "7").update();
    // @ts-expect-error: it is called cancelRequest.
    handleClient(peer, { cancelReqest: () => {} });
    // @ts-expect-error: it is called update.
    handleClientSession(peer, () => ({ upate: () => {} }));
    // @ts-expect-error: an id of a session is a string.
    sessionRpc(peer, 7);
    export { prompted, remove };`;
  expect(errorsOf(await filesOf({ acp: MARKED }), program)).toBe("");
});

test("what is experimental is there for those who open it", async () => {
  const { SetModeRequest, SetModeResponse, CancelRequestNotification, ...stable } = MARKED.$defs;
  const files = await filesOf({ all: MARKED, released: { $defs: stable } }, "released");
  const program = `
    import type { Peer } from "@stubwright/rpc";
    import { agentRpc, handleClient, sessionRpc } from "./index.gen.js";
    declare const peer: Peer;
    const experimental = true;
    sessionRpc(peer, "7").prompt();
    sessionRpc(peer, "7", { experimental }).prompt();
    sessionRpc(peer, "7", { experimental }).setMode();
    agentRpc(peer, { experimental }).cancelRequest({});
    handleClient(peer, { cancelRequest: () => {} }, { experimental });
    // @ts-expect-error: it is experimental.
    sessionRpc(peer, "7").setMode();
    // @ts-expect-error: all of the group is.
    agentRpc(peer);`;
  expect(errorsOf(files, program)).toBe("");
});

test("errors that methods declare are told by their codes", async () => {
  const program = `
    import type { Peer } from "@stubwright/rpc";
    import { isErrorOf, serverRpc } from "./index.gen.js";
    declare const peer: Peer;
    export async function balance() {
      try {
        await serverRpc(peer).chain_getBalance(["a"]);
        await serverRpc(peer).chain_getBalance(["a", "latest"]);
        await serverRpc(peer).chain_find({ text: "x" });
        // @ts-expect-error: the address is not optional.
        await serverRpc(peer).chain_getBalance([]);
      } catch (error) {
        if (!isErrorOf("chain_getBalance", error)) throw error;
        if (error.code === -32001) {
          const data: number | undefined = error.data;
          return data;
        }
        const code: -32000 = error.code;
        return code;
      }
      return undefined;
    }
    // @ts-expect-error: it declares none.
    isErrorOf("chain_find", undefined);`;
  expect(errorsOf(await filesOf({ chain: OPENRPC }), program)).toBe("");
});

test("parts of results have their type on both sides", async () => {
  const program = `
    import { withPartialResults, type Peer } from "@stubwright/rpc";
    import { isErrorOf, serverRpc, type Hover } from "./index.gen.js";
    import { handleServer } from "./server.gen.js";
    declare const peer: Peer;
    serverRpc(peer).textDocument.hover({ line: 1 }, { onPartialResult: (part: Hover[]) => part });
    handleServer(peer, {
      textDocument: { hover: (_, { partialResult }) => (partialResult([]), null) },
      shutdown: () => {},
    });
    export async function read(error: unknown): Promise<true | undefined> {
      const call = withPartialResults<unknown, Hover[]>((options) =>
        serverRpc(peer).textDocument.hover({ line: 1 }, options));
      for await (const part of call) part.length;
      return isErrorOf("textDocument/hover", error) ? error.data.retry : undefined;
    }
    // @ts-expect-error: parts are lists.
    serverRpc(peer).textDocument.hover({ line: 1 }, { onPartialResult: (part: Hover) => part });`;
  expect(errorsOf(await filesOf({ lsp: METAMODEL }), program)).toBe("");
});
