// Plants secrets wherever the schemas and the options have a place for one, lets things go right and
// wrong with them, and searches everything that comes out.
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { inspect } from "node:util";
import { CopilotClient, defineTool } from "@stubwright/copilot";
import { protocol } from "@stubwright/copilot-protocol";
import { CHANNELS, ResponseError, streamTransport } from "@stubwright/rpc";
import { createFakeServer, type FakeServerOptions, recordTransport } from "@stubwright/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { schemas } from "../../generated/copilot/src/schemas.gen.js";
import { SESSION_OPTIONS } from "../../packages/copilot/src/session/session-options.js";

type Schema = { readonly [keyword: string]: unknown };

const definitions = new Map(
  schemas.split("\n").map((line): [string, Schema] => {
    const at = line.indexOf(" ");
    return [line.slice(0, at), JSON.parse(line.slice(at + 1)) as Schema];
  }),
);

/** Pseudo-random numbers, the same in every run. */
let state = 20_261_126;
const random = (below: number): number => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state % below;
};

const planted = new Set<string>();
function secret(): string {
  const text = `q${random(2 ** 31).toString(36)}z${random(2 ** 31).toString(36)}w`;
  planted.add(text);
  return text;
}

/** All that came out, as text. */
const output: string[] = [];
const say = (value: unknown): void => {
  output.push(inspect(value, { depth: 30, maxStringLength: 100_000, maxArrayLength: 1_000 }));
  for (let at = value; at instanceof Error; at = at.cause) {
    output.push(at.message, at.stack ?? "", JSON.stringify(at), JSON.stringify({ ...at }));
  }
};

const SECRET =
  /(?:token|secret|password|authorization|cookie|jwt|credentials?|connectionstring|(?:api|access|private|secret)key)$/;
const CONTAINER = /^env$|headers$/;
const plain = (name: string) => name.replace(/[-_]/g, "").toLowerCase();

/** What stands in the place of a secret: a text, or what an app gives by mistake. */
function secretValue(): unknown {
  const forms = [secret(), secret(), [secret()], { value: secret() }, { token: secret() }];
  return forms[random(forms.length)];
}

/** A value of a schema, with secrets wherever a name says so; about one in five breaks the schema. */
function sample(schema: Schema | boolean | undefined, depth = 0): unknown {
  if (typeof schema !== "object" || depth > 6) return "x";
  if (typeof schema.$ref === "string") {
    return sample(definitions.get(schema.$ref.replace("#/definitions/", "")), depth);
  }
  if ("const" in schema) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  for (const keyword of ["anyOf", "oneOf", "allOf"]) {
    const arms = schema[keyword];
    if (Array.isArray(arms)) return sample(arms[random(arms.length)] as Schema, depth + 1);
  }
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case "object": {
      const members = Object.entries((schema.properties ?? {}) as Record<string, Schema>);
      const made = members.map(([name, member]) => [name, sampleMember(name, member, depth + 1)]);
      const extra = schema.additionalProperties ? [["anyKey", sample({ type: "string" })]] : [];
      return Object.fromEntries([...made, ...extra]) as unknown;
    }
    case "array":
      return random(8) === 0 ? "not a list" : [sample(schema.items as Schema, depth + 1)];
    case "integer":
    case "number":
      return random(12) === 0 ? "not a number" : 1;
    case "boolean":
      return random(12) === 0 ? 1 : true;
    default:
      return random(12) === 0 ? 5 : "x";
  }
}

function sampleMember(name: string, schema: Schema, depth: number): unknown {
  if (CONTAINER.test(plain(name))) {
    return {
      Authorization: secretValue(),
      DATABASE_URL: secret(),
      "x-any": secret(),
      PLAIN: secret(),
    };
  }
  const text = JSON.stringify(schema);
  if (SECRET.test(plain(name)) && !/"(?:boolean|integer|number)"/.test(text)) return secretValue();
  if (/url$/i.test(name)) return `https://me:${secret()}@host/?sig=${secret()}&a=1`;
  if (name === "args") return ["--token", secret(), `--api-key=${secret()}`, "--verbose"];
  return sample(schema, depth);
}

const success = () => ({ success: true });

/** Every method of the server, answered with samples or with errors. */
function sampledHandlers(group: string): object {
  const root: Record<string, unknown> = {};
  for (const { method, path, group: own, result } of protocol.methods) {
    if (
      own !== group ||
      /^session\.(?:create|resume|send|detach|destroy)$|^connect|^ping|^status|handlePending/.test(
        method,
      )
    )
      continue;
    let at = root;
    for (const name of path.slice(0, -1)) {
      at[name] ??= {};
      at = at[name] as Record<string, unknown>;
    }
    const answer = () => {
      if (random(3) === 0) {
        const data = { token: secret(), nested: [{ apiKey: secretValue(), env: { A: secret() } }] };
        const message = `Refused: Authorization: Bearer ${secret()} (--token ${secret()})`;
        throw new ResponseError({ code: -32603, message, data });
      }
      return result === undefined ? undefined : sample({ $ref: `#/definitions/${result}` });
    };
    at[path.at(-1)!] = Object.assign(answer, at[path.at(-1)!]);
  }
  return root;
}

const opened: (() => Promise<unknown>)[] = [];
const names = Object.values(CHANNELS).flatMap((name) =>
  /call|handler/.test(name)
    ? ["start", "end", "asyncStart", "asyncEnd", "error"].map((at) => `tracing:${name}:${at}`)
    : [name],
);
// The peer is an object of this process, and no part of what is told.
const onMessage = (message: unknown) => {
  const { peer: _, body, ...rest } = message as { peer?: unknown; body?: string | Buffer };
  say({ ...rest, body: body?.toString() });
};

beforeAll(() => {
  for (const name of names) subscribe(name, onMessage);
});
afterAll(async () => {
  for (const name of names) unsubscribe(name, onMessage);
  for (const close of opened) await close();
});

async function connect(options: FakeServerOptions = {}) {
  const server = createFakeServer({ version: "1.0.85", ...options });
  const listener = createServer((socket) => {
    const recorded = recordTransport(streamTransport(socket, socket), {
      write: (line) => output.push(line),
    });
    server.accept(recorded);
  });
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address() as AddressInfo;
  const client = new CopilotClient({ cliUrl: `127.0.0.1:${port}`, autoRestart: false });
  client.onDiagnostic(say);
  client.on("protocolMismatch", say);
  opened.push(async () => {
    await client.forceStop().finally(() => listener.close());
    await server.close();
  });
  return { server, client };
}

test("N18 a thousand secrets in every place, and none in what comes out", {
  timeout: 120_000,
}, async () => {
  // The options of a client.
  for (const options of [
    { gitHubToken: secretValue(), githubToken: secretValue() },
    { connection: { kind: "tcp", connectionToken: { value: secret() } } },
    { connection: { kind: "stdio", env: { API_KEY: { value: secret() } } } },
    { connection: { kind: "stdio", args: [{ token: secret() }] } },
    { cliUrl: `https://me:${secret()}@host:1/` },
    { cliUrl: `ftp://host/?sig=${secret()}` },
    { env: { A: secret(), B: [secret()] } },
    { cliArgs: ["--token", secret(), 5] },
    { cliPath: `/nowhere/--token=${secret()}`, env: { GITHUB_TOKEN: secret(), PATH: "/nowhere" } },
    { telemetry: { otlpEndpoint: `http://me:${secret()}@host`, otlpProtocol: "x" } },
    { telemetry: { headers: { Authorization: secret() } } },
    { unknownOption: { token: secret() } },
  ]) {
    await (async () => {
      const client = new CopilotClient(options as never);
      client.onDiagnostic(say);
      await client.start().finally(() => client.forceStop());
    })().catch(say);
  }

  // The options of a session, right and wrong.
  const { server, client } = await connect({ handlers: sampledHandlers("server") as never });
  const create = definitions.get("SessionSettings")?.properties as Record<string, Schema>;
  for (let round = 0; round < 6; round++) {
    for (const [name, option] of Object.entries(SESSION_OPTIONS)) {
      const schema = option.member && create[option.member];
      const isSessionId = name === "sessionId" || name === "cloud";
      if (!schema || isSessionId || JSON.stringify(schema).length < 20) continue;
      await client
        .createSession({ [name]: sampleMember(name, schema, 0) } as never, { timeoutMs: 3_000 })
        .catch(say);
    }
    await client.createSession({ gitHubToken: secretValue() as string }).catch(say);
    await client.createSession({ token: secret() } as never).catch(say);
  }
  for (const { path, group, params } of protocol.methods) {
    if (group !== "server" || path[0] === "runtime" || !params) continue;
    let at: unknown = (client as unknown as { rpc?: unknown }).rpc;
    for (const name of path) at = (at as Record<string, unknown> | undefined)?.[name];
    if (typeof at !== "function") continue;
    await at(sample({ $ref: `#/definitions/${params}` })).catch?.(say);
  }

  // Events and requests, as the schema has them, and otherwise.
  const handlers = sampledHandlers("session") as Record<string, unknown>;
  const own = await connect({
    sessionHandlers: { ...handlers, abort: success } as never,
    onMessage: ({ session }) => {
      session.emitRaw({
        type: "session.error",
        data: {
          errorType: "x",
          message: `401: Authorization: Bearer ${secret()}`,
          headers: { a: secret() },
          token: secret(),
        },
      });
      session.idle();
    },
  });
  const token = async () => ({ token: secret(), expiresOnTimestamp: 1 });
  const provider = { baseUrl: "http://127.0.0.1:1", bearerTokenProvider: token as never };
  const session = await own.client.createSession({
    provider,
    tools: [
      defineTool("t", {
        parameters: { type: "object", properties: { apiKey: { type: "string" } } },
        handler: () => ({ textResultForLlm: "x", resultType: { token: secret() } }),
      }),
    ],
    onPermissionRequest: () => ({ kind: "sure", token: secret(), env: { A: secret() } }) as never,
    hooks: { onPreToolUse: () => ({ permissionDecision: { token: secret() } }) as never },
    onUserInputRequest: () => ({ answer: { token: secret() } }) as never,
  });
  const seen: unknown[] = [];
  session.on((event) => seen.push(event));
  const fake = own.server.sessions.get(session.sessionId)!;
  const events = protocol.unions.flatMap(({ arms }) => Object.entries(arms));
  for (let round = 0; round < 3; round++) {
    for (const [type, definition] of events) {
      const made = sample({ $ref: `#/definitions/${definition}` }) as { data?: object };
      // What answers an event is the business of other tests, and a shutdown ends this one.
      if (/requested|execute|shutdown/.test(type) || typeof made !== "object") continue;
      const data = {
        ...made.data,
        extra: { accessToken: secretValue(), headers: { a: secret() } },
      };
      fake.emitRaw({ type, data });
      fake.emitRaw({
        type: `${type}.unknown`,
        data: { apiKey: secret(), env: { A: secretValue() } },
      });
    }
  }
  await fake.callTool("t", { apiKey: [secret()] });
  await fake.requestPermission({ kind: "read", intention: "x", path: "/" } as never);
  const { peer } = own.server.connections[0]!;
  const { sessionId } = session;
  const input = { toolName: "t", timestamp: 0, cwd: "/", env: { A: secret() } };
  for (const [method, params] of [
    ["providerToken.getToken", { sessionId, providerName: "p" }],
    ["hooks.invoke", { sessionId, hookType: "preToolUse", input }],
    ["hooks.invoke", { sessionId, hookType: { token: secret() }, input: [{ token: secret() }] }],
    ["userInput.request", { sessionId, question: "?" }],
    ["userInput.request", { sessionId, question: { token: secret() } }],
    ["no.such.method", { token: secret(), list: [{ apiKey: secret() }] }],
  ] as const) {
    await peer.request(method, params).catch(say);
  }
  await peer.notify("no.such.notification", { password: secret() });
  for (const { path, group, params } of protocol.methods) {
    if (group !== "session" || /^(?:destroy|detach|abort|send)$/.test(path.join("."))) continue;
    let at: unknown = session.rpc;
    for (const name of path) at = (at as Record<string, unknown> | undefined)?.[name];
    const call = at as (params?: unknown) => Promise<unknown>;
    await call(params && sample({ $ref: `#/definitions/${params}` })).catch(say);
  }
  await session.sendAndWait("x").catch(say);
  await session.send({ prompt: "x", attachments: [{ token: secret() }] as never }).catch(say);

  const text = output.join("\n");
  expect(planted.size).toBeGreaterThanOrEqual(1_000);
  expect(text.length).toBeGreaterThan(1_000_000);
  expect(seen.length).toBeGreaterThan(100);
  expect(server.calls.length).toBeGreaterThan(20);
  const found = new Set(text.match(/q[\da-z]+z[\da-z]+w/g)?.filter((each) => planted.has(each)));
  const shown = [...found].slice(0, 10).map((each) => {
    const at = text.indexOf(each);
    return text.slice(Math.max(0, at - 160), at + each.length + 20);
  });
  expect(shown).toEqual([]);
});
