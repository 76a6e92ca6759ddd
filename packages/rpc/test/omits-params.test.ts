import { expect, test } from "vitest";
import {
  createStub,
  type MethodDescriptor,
  memoryTransportPair,
  Peer,
  registerHandlers,
} from "../src/index.js";
import { createValidators } from "../src/validators.js";

const row = { group: "server", handler: "server", kind: "request" } as const;
const methods: readonly MethodDescriptor[] = [
  { ...row, method: "none", path: ["none"] },
  { ...row, method: "noneLeftOut", path: ["noneLeftOut"], omitsParams: true },
  { ...row, method: "some", path: ["some"], params: "Some", omitsParams: true },
];
const validators = createValidators('Some {"type":"object","required":["a"]}');

interface Rpc {
  none(): Promise<unknown>;
  noneLeftOut(): Promise<unknown>;
  some(params?: object): Promise<unknown>;
}

test("a message without params has none where the schema says so, and that is no mismatch", async () => {
  const [near, far] = memoryTransportPair();
  const validation = { incoming: "strict" } as const;
  await using client = new Peer(near, { validators });
  await using server = new Peer(far, { validators, validation });
  const seen: unknown[] = [];
  const see = (params: unknown) => void seen.push(params);
  registerHandlers(server, methods, "server", () => ({ none: see, noneLeftOut: see, some: see }));
  const rpc = createStub<Rpc>(client, methods, "server");
  await rpc.none();
  await rpc.noneLeftOut();
  await rpc.some();
  await rpc.some({ a: 1 });
  expect(seen).toEqual([{}, undefined, undefined, { a: 1 }]);
  await expect(rpc.some({})).rejects.toThrow("some: invalid params");
});
