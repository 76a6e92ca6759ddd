import { checkParams, paramsSchema, selfContained, snippetOf, toMethodInfo } from "../describe.js";
import { readDocs } from "../docs.js";
import type { Inspection } from "../inspection.js";
import { InspectorError } from "../inspector-error.js";
import type { InspectorRequests, TargetInfo, VersionChange } from "../protocol.js";

/** Compares two versions of the protocol. */
export type CompareVersions = (
  from: string,
  to: string,
) => Promise<{ changes: readonly VersionChange[]; versions: readonly [string, string] }>;

/** What answers each request of the page. */
export type RequestHandlers = {
  readonly [Name in keyof InspectorRequests]: (
    params: InspectorRequests[Name]["params"],
  ) => Promise<InspectorRequests[Name]["result"]> | InspectorRequests[Name]["result"];
};

/** Most frames that are sent to a page at once. */
const MAX_FRAMES = 2_000;

/** Answers the page for an inspection. */
export function requestHandlers(
  inspection: Inspection,
  compare?: CompareVersions,
): RequestHandlers {
  const { target, frames, asks } = inspection;
  const { protocol, sessions } = target;
  const find = (name: string) => {
    const method = inspection.methods.get(name);
    if (method) return method;
    throw new InspectorError("INVALID_ARGUMENT", `The protocol has no method ${name}.`);
  };
  const recipe = () => {
    if (sessions) return sessions;
    throw new InspectorError("NOT_SUPPORTED", "This protocol has no sessions.");
  };
  return {
    "inspector.describe": () => ({
      ...describe(inspection, compare !== undefined),
      connection: inspection.connection,
    }),
    "inspector.schema": ({ method: name }) => {
      const method = find(name);
      const { result } = method;
      return {
        params: paramsSchema(protocol, method),
        result: result === undefined ? null : selfContained(protocol, result),
        snippet: snippetOf(protocol, method),
      };
    },
    "inspector.check": ({ method, params }) => ({
      mismatches: checkParams(protocol, find(method), params),
    }),
    "inspector.call": ({ callId, method, params, deadlineMs }) =>
      inspection.call(callId, find(method).method, params, deadlineMs),
    "inspector.cancel": ({ callId }) => {
      inspection.cancel(callId);
      return null;
    },
    "inspector.asks": () => ({ asks: asks.open, rules: asks.rules }),
    "inspector.answer": ({ askId, result, refusal, rule }) => {
      asks.answer(askId, refusal === undefined ? { result } : { refusal }, rule);
      return null;
    },
    "inspector.forget": ({ method }) => {
      asks.forget(method);
      return null;
    },
    "inspector.frames": ({ after, limit }) => ({
      frames: frames.after(after, Math.min(limit, MAX_FRAMES)),
      first: frames.first,
      last: frames.last,
    }),
    "inspector.reconnect": async () => {
      await inspection.connect();
      return null;
    },
    "inspector.session": async ({ settings }) => ({
      session: await recipe().create(inspection.peer, settings),
    }),
    "inspector.resume": async ({ session, settings }) => {
      const { resume } = recipe();
      if (!resume) throw new InspectorError("NOT_SUPPORTED", "Sessions cannot be resumed here.");
      return { session: await resume(inspection.peer, session, settings) };
    },
    "inspector.send": async ({ session, text }) => {
      await recipe().send(inspection.peer, session, text);
      return null;
    },
    "inspector.open": ({ text }) => ({ frames: inspection.load(text) }),
    "inspector.replay": ({ speed }) => {
      void inspection.replay(speed);
      return null;
    },
    "inspector.diff": ({ from, to }) => {
      if (compare) return compare(from, to);
      throw new InspectorError("NOT_SUPPORTED", "Versions are compared by `stubwright inspect`.", {
        remedy: "Install the package stubwright, and start the inspector by it.",
      });
    },
  };
}

function describe({ target, methods }: Inspection, versions: boolean): TargetInfo {
  const { protocol, title, kind, sessions } = target;
  const { name, version, unions } = protocol.descriptor;
  const docs = readDocs(name);
  return {
    title,
    protocol: name,
    version,
    kind,
    methods: [...methods.values()].map((method) => ({ ...toMethodInfo(method), ...docs(method) })),
    events: unions.flatMap(({ arms, carrier }) => (carrier ? Object.keys(arms) : [])),
    features: { sessions: sessions !== undefined, versions },
    ...(sessions && { sessionDefaults: sessions.defaults }),
  };
}
