import type { Validate } from "@stubwright/rpc";
import { isZodSchema, type Tool } from "./tools.js";

/** What became of the arguments of a call: the ones to run with, or what is wrong with them. */
export type CheckedArguments =
  | { readonly ok: true; readonly args: unknown }
  | { readonly ok: false; readonly problem: string };

/** Of Zod's checks, the one that is used; present in all of its versions. */
interface SafeParser {
  safeParseAsync(value: unknown): Promise<SafeParseResult>;
}

type SafeParseResult =
  | { readonly success: true; readonly data: unknown }
  | { readonly success: false; readonly error: { readonly issues: readonly ZodIssue[] } };

interface ZodIssue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

const compiled = new WeakMap<object, Promise<Validate>>();

/**
 * Checks the arguments of a call against the tool's own schema. A Zod schema may change them, for
 * example put defaults in.
 *
 * @throws `RpcError` `BAD_DEFINITION` or `UNKNOWN_DEFINITION` for a JSON Schema that cannot
 * be used; whatever the check of a schema object throws.
 */
export async function checkArguments(tool: Tool, args: unknown): Promise<CheckedArguments> {
  const { parameters } = tool;
  if (!parameters) return { ok: true, args };
  if (isZodSchema(parameters) && isSafeParser(parameters)) {
    const result = await parameters.safeParseAsync(args);
    if (result.success) return { ok: true, args: result.data };
    return wrong(
      tool,
      result.error.issues.map(({ path, message }) => [pointer(path), message]),
    );
  }
  const issues = (await jsonSchemaCheck(parameters))(args);
  if (!issues) return { ok: true, args };
  return wrong(
    tool,
    issues.map(({ pointer, expected, found }) => [pointer, `expected ${expected}, found ${found}`]),
  );
}

function wrong(tool: Tool, problems: readonly (readonly [string, string])[]): CheckedArguments {
  const lines = problems.map(([at, what]) => `${at || "(the arguments)"}: ${what}`);
  const problem = `The arguments do not fit the parameters of ${tool.name}. Correct them and call it again.\n${lines.join("\n")}`;
  return { ok: false, problem };
}

function isSafeParser(schema: object): schema is SafeParser {
  return typeof (schema as Partial<SafeParser>).safeParseAsync === "function";
}

function pointer(path: readonly PropertyKey[]): string {
  return path
    .map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`)
    .join("");
}

/** The name of a tool's schema among its own definitions, by which it may refer to itself. */
const ARGUMENTS = "#";

function jsonSchemaCheck(parameters: NonNullable<Tool["parameters"]>): Promise<Validate> {
  let check = compiled.get(parameters);
  if (!check) {
    check = compile(isZodSchema(parameters) ? parameters.toJSONSchema() : parameters);
    compiled.set(parameters, check);
  }
  return check;
}

async function compile(schema: Record<string, unknown>): Promise<Validate> {
  // Loaded here, since a program whose model calls no tool needs no compiler of schemas.
  const { createValidators } = await import("@stubwright/rpc/validators");
  const { $defs, definitions } = schema as Record<string, Record<string, Record<string, unknown>>>;
  const source = createValidators({ ...definitions, ...$defs, [ARGUMENTS]: schema });
  return source.get(ARGUMENTS, "strict");
}
