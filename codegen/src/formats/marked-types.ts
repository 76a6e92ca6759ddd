import type { JsonSchema } from "../schema.js";
import { type Definition, definitionsOf, withoutMessages } from "./definitions.js";
import type { Format, FormatInput, FoundMethod, Reading } from "./format.js";
import { refusePart, textOf } from "./local.js";
import { Places } from "./places.js";

/** Sides that stand for both. */
const BOTH: ReadonlySet<string> = new Set(["protocol", "both"]);

const KINDS = [
  ["Request", "request"],
  ["Response", "result"],
  ["Result", "result"],
  ["Notification", "notification"],
] as const;

/**
 * Types that say which method they are of: `x-method` is its name, `x-side` who answers it, and the
 * end of the type's name what it is. The Agent Client Protocol's schemas.
 */
export const markedTypes: Format = {
  name: "marked-types",
  looks:
    "definitions with `x-method` and `x-side`, whose names end in Request, Response or Notification",
  recognises: (json) => marksIn(json).length > 0,
  read: readMarks,
};

interface Mark extends Definition {
  readonly method: string;
  readonly side: string;
  readonly kind: (typeof KINDS)[number][1] | undefined;
}

function marksIn(json: JsonSchema): Mark[] {
  return definitionsOf(json).flatMap((definition) => {
    const method = textOf(definition.schema, "x-method");
    const side = textOf(definition.schema, "x-side");
    if (method === undefined || side === undefined) return [];
    const kind = KINDS.find(([ending]) => definition.name.endsWith(ending))?.[1];
    return [{ ...definition, method, side, kind }];
  });
}

function readMarks({ file, json }: FormatInput): Reading {
  const marks = marksIn(json);
  const results = new Map(
    marks
      .filter(({ kind }) => kind === "result")
      .map((mark) => [`${mark.side} ${mark.method}`, mark]),
  );
  const found = marks.flatMap((mark): FoundMethod[] => {
    if (mark.kind === undefined) {
      const remedy = "Have its name end in Request, Response or Notification.";
      refusePart(file, mark.pointer, `${mark.name} is marked as of ${mark.method}.`, remedy);
    }
    if (mark.kind === "result") return [];
    const result = mark.kind === "request" ? results.get(`${mark.side} ${mark.method}`) : undefined;
    return [
      {
        wire: mark.method,
        side: mark.side === "client" ? "client" : BOTH.has(mark.side) ? "both" : "server",
        kind: mark.kind === "request" ? "request" : "notification",
        params: { $ref: `#${mark.pointer}` },
        paramsOptional: false,
        ...(result && { result: { $ref: `#${result.pointer}` }, resultFrom: "schema" }),
        more: proseOf(mark.schema),
        at: mark.pointer,
        paramsAt: mark.pointer,
        resultAt: result?.pointer ?? mark.pointer,
      },
    ];
  });
  const { anyOf: _, oneOf: __, ...document } = json;
  const messages = definitionsOf(json).filter(({ schema }) => schema["x-docs-ignore"] === true);
  const server = marks.find(({ side }) => side !== "client" && !BOTH.has(side))?.side;
  return {
    schema: withoutMessages(document, new Set(messages.map(({ name }) => name))),
    methods: found,
    wire: { framing: "ndjson", jsonrpcField: true },
    places: new Places(),
    ...(server !== undefined && { serverGroup: server }),
    conventions: true,
  };
}

function proseOf({ description, deprecated }: Record<string, unknown>): Record<string, unknown> {
  return {
    ...(typeof description === "string" && { description }),
    ...(deprecated === true && { deprecated }),
  };
}
