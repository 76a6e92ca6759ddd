import type { DiffSide } from "../src/diff/side.js";
import type { JsonSchema, Method, Protocol } from "../src/index.js";

/** A method that takes and gives nothing. */
export const plainMethod: Method = {
  wire: "thing.do",
  path: ["thing", "do"],
  group: "server",
  handler: "server",
  kind: "request",
  params: null,
  paramsOptional: true,
  omitsParams: false,
  result: null,
  resultFrom: "schema",
  error: null,
  partialResult: null,
  gates: [],
  scope: null,
  stability: "stable",
  visibility: "public",
  deprecated: false,
  doc: "",
};

/** A protocol model out of a few parts, as one side of a comparison. */
export function makeSide(parts: Partial<Protocol>): DiffSide {
  const protocol: Protocol = {
    name: "test",
    version: "1.0.0",
    source: { files: {}, formats: {} },
    types: {},
    methods: [],
    unions: [],
    experimentalApart: false,
    wire: { framing: "content-length", jsonrpcField: true },
    ...parts,
  };
  return { label: "test", protocol, file: "ir.json", methodPlaces: new Map() };
}

/** A protocol with one union of events. */
export function withEvents(events: Record<string, JsonSchema>): Partial<Protocol> {
  const arms = Object.fromEntries(Object.keys(events).map((tag) => [tag, `${tag}Type`]));
  return {
    types: Object.fromEntries(Object.entries(events).map(([tag, json]) => [`${tag}Type`, json])),
    unions: [{ id: "Event", tagPath: ["type"], arms, open: true, carrier: null }],
  };
}

/** A closed object whose members are all required. */
export function object(
  properties: Record<string, JsonSchema>,
  required = Object.keys(properties),
): JsonSchema {
  return { type: "object", properties, required, additionalProperties: false };
}
