import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createUser } from "@nats-io/nkeys";
import { CopilotClient } from "@stubwright/copilot";
import { forFleet, type NatsOptions } from "@stubwright/fleet";
import { createIsolatedEnvironment, startScriptedModel } from "@stubwright/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAuthority } from "./support/certificates.js";
import { createOperatorSetup } from "./support/nats-accounts.js";
import { startNats } from "./support/nats-server.js";
import { because, missing, NATS, OPENSSL } from "./support/needs.js";
import { startWorkerProcess } from "./support/worker-process.js";

const TIMEOUT = 60_000;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "nats-auth-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** What a test gives to NATS, to the command line of a worker, and to a client. */
interface Access {
  readonly config: string;
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly client: Omit<NatsOptions, "servers">;
  /** An access that is refused. */
  readonly refused: Omit<NatsOptions, "servers">;
}

/** A worker and a client take a turn by a NATS that asks who they are, and no one else is let in. */
async function expectAccess({ config, args = [], env, client, refused }: Access): Promise<void> {
  const file = join(folder, "nats.conf");
  await writeFile(file, config);
  await using nats = await startNats(["-js", "-c", file]);
  const home = await createIsolatedEnvironment();
  const model = await startScriptedModel(() => ({ text: "let in" }));
  // By name: the NATS client does not compare an address with those in a certificate.
  const servers = `nats://localhost:${nats.port}`;
  const worker = await startWorkerProcess("a", servers, { ...home.env, ...env }, args);
  try {
    await using app = new CopilotClient({ connection: forFleet({ servers, ...client }) });
    const session = await app.createSession({
      model: model.model,
      provider: model.provider,
      availableTools: [],
    });
    expect((await session.sendAndWait("hello"))?.data.content).toBe("let in");
    const stranger = new CopilotClient({ connection: forFleet({ servers, ...refused }) });
    await expect(stranger.start()).rejects.toThrow("cannot be reached");
  } finally {
    await worker.kill();
    await model.close();
    await home.remove();
  }
}

describe.skipIf(missing(NATS))(`F2 F6 a NATS that asks who is there${because(NATS)}`, () => {
  test("lets in by a token", { timeout: TIMEOUT }, async () => {
    await expectAccess({
      config: `authorization { token: "one-token" }`,
      env: { NATS_TOKEN: "one-token" },
      client: { token: "one-token" },
      refused: { token: "another-token" },
    });
  });

  test("lets in by an nkey", { timeout: TIMEOUT }, async () => {
    const user = createUser();
    const seed = new TextDecoder().decode(user.getSeed());
    const file = join(folder, "user.nk");
    await writeFile(file, `${seed}\n`);
    await expectAccess({
      config: `authorization { users: [{ nkey: ${user.getPublicKey()} }] }`,
      args: ["--nkey", file],
      client: { nkeySeed: seed },
      refused: { nkeySeed: new TextDecoder().decode(createUser().getSeed()) },
    });
  });

  test("lets in by a creds file", { timeout: TIMEOUT }, async () => {
    const { config, creds } = await createOperatorSetup();
    const { creds: strange } = await createOperatorSetup();
    const file = join(folder, "user.creds");
    await writeFile(file, creds);
    await expectAccess({
      config,
      args: ["--creds", file],
      client: { creds },
      refused: { creds: strange },
    });
  });

  const both = missing(OPENSSL) ? test.skip : test;
  both(`lets in by a certificate${because(OPENSSL)}`, { timeout: TIMEOUT }, async () => {
    const { caFile, issue } = await createAuthority(folder);
    const [server, app] = [await issue("server"), await issue("app")];
    await expectAccess({
      config: `tls {
  cert_file: "${server.cert}", key_file: "${server.key}", ca_file: "${caFile}", verify: true
}`,
      args: ["--tls-ca", caFile, "--tls-cert", app.cert, "--tls-key", app.key],
      client: { tls: { caFile, certFile: app.cert, keyFile: app.key } },
      refused: { tls: { caFile } },
    });
  });
});
