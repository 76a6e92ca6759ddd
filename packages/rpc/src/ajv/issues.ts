import type { ErrorObject } from "ajv/dist/types/index.js";
import type { ValidationIssue } from "../validation.js";
import { preview, readPointer } from "./preview.js";

interface Finding {
  readonly pointer: string;
  readonly expected: string;
  readonly depth: number;
  /** Literals tell arms apart, so the arm that fails for another reason is the one meant. */
  readonly literal: boolean;
  /** Says only that something inside failed. */
  readonly summary: boolean;
}

/**
 * Turns what ajv found into the one issue that says most. Where a union fails, that is the deepest
 * one; several at the same place are joined with "or".
 */
export function toIssues(errors: readonly ErrorObject[], value: unknown): ValidationIssue[] {
  let findings = errors.map(toFinding);
  findings = prefer(findings, (finding) => !finding.summary);
  const depth = findings.reduce((deepest, finding) => Math.max(deepest, finding.depth), 0);
  findings = prefer(findings, (finding) => finding.depth === depth);
  findings = prefer(findings, (finding) => !finding.literal);
  const pointer = findings[0]?.pointer ?? "";
  const phrases = findings.filter((each) => each.pointer === pointer).map((each) => each.expected);
  return [
    {
      pointer,
      expected: [...new Set(phrases)].join(" or ") || "something else",
      found: preview(readPointer(value, pointer)),
    },
  ];
}

function prefer(findings: Finding[], wanted: (finding: Finding) => boolean): Finding[] {
  const some = findings.filter(wanted);
  return some.length > 0 ? some : findings;
}

function toFinding({ instancePath, keyword, params, propertyName }: ErrorObject): Finding {
  const member = params.missingProperty ?? params.additionalProperty ?? propertyName;
  const pointer =
    member === undefined ? instancePath : `${instancePath}/${escapeMember(`${member}`)}`;
  return {
    pointer,
    expected: describe(keyword, params),
    depth: pointer.split("/").length,
    literal: keyword === "const" || keyword === "enum",
    summary: ["anyOf", "oneOf", "if", "propertyNames", "not"].includes(keyword),
  };
}

function escapeMember(member: string): string {
  return member.replaceAll("~", "~0").replaceAll("/", "~1");
}

type Params = Readonly<Record<string, unknown>>;

function describe(keyword: string, params: Params): string {
  const { limit } = params;
  switch (keyword) {
    case "type":
      return Array.isArray(params.type) ? params.type.join(" or ") : String(params.type);
    case "const":
      return preview(params.allowedValue);
    case "enum":
      return `one of ${preview(params.allowedValues)}`;
    case "required":
    case "dependencies":
      return "a value, since it is required";
    case "additionalProperties":
    case "additionalItems":
      return "no such member";
    case "format":
      return `a string of format ${params.format}`;
    case "pattern":
      return `a string that matches /${params.pattern}/`;
    case "minLength":
    case "maxLength":
      return `a string of ${keyword === "minLength" ? "at least" : "at most"} ${limit} characters`;
    case "minItems":
    case "maxItems":
      return `${keyword === "minItems" ? "at least" : "at most"} ${limit} items`;
    case "minProperties":
    case "maxProperties":
      return `${keyword === "minProperties" ? "at least" : "at most"} ${limit} members`;
    case "minimum":
    case "maximum":
    case "exclusiveMinimum":
    case "exclusiveMaximum":
      return `a number ${params.comparison} ${limit}`;
    case "multipleOf":
      return `a multiple of ${params.multipleOf}`;
    case "uniqueItems":
      return "items that differ from each other";
    case "contains":
      return "an item that its schema describes";
    case "oneOf":
      return "a match of exactly one alternative";
    case "anyOf":
      return "a match of one of the alternatives";
    case "not":
      return "a value that its schema does not rule out";
    case "false schema":
      return "nothing";
    default:
      return `what ${keyword} asks for`;
  }
}
