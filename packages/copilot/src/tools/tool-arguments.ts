import type { Validate } from "@stubwright/rpc";
import { invalidParameters, standardOf, toParameterSchema } from "./tool-schema.js";
import type { Tool } from "./tools.js";

/** What became of the arguments of a call: the ones to run with, or what is wrong with them. */
export type CheckedArguments =
  | { readonly ok: true; readonly args: unknown }
  | { readonly ok: false; readonly problem: string };

const compiled = new WeakMap<object, Promise<Validate>>();

/**
 * Checks the arguments of a call against the tool's own schema. A schema object may change them, for
 * example put defaults in.
 *
 * @throws {@link CopilotError} `INVALID_OPTIONS` for a schema that cannot be used; whatever the check
 * of a schema object throws.
 */
export async function checkArguments(tool: Tool, args: unknown): Promise<CheckedArguments> {
  const { parameters } = tool;
  if (!parameters) return { ok: true, args };
  const validate = standardOf(parameters)?.validate;
  if (validate) {
    const { issues, value } = await validate(args);
    if (!issues) return { ok: true, args: value };
    return wrong(
      tool,
      issues.map(({ path = [], message }) => [pointer(path), message]),
    );
  }
  const issues = (await compileParameters(tool))?.(args);
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

function pointer(path: readonly (PropertyKey | { readonly key: PropertyKey })[]): string {
  return path
    .map((part) => String(typeof part === "object" ? part.key : part))
    .map((part) => `/${part.replaceAll("~", "~0").replaceAll("/", "~1")}`)
    .join("");
}

/**
 * Compiles the schema of a tool's parameters; undefined if it has none.
 *
 * @throws {@link CopilotError} `INVALID_OPTIONS` that names the tool, for what is no JSON Schema.
 */
export async function compileParameters(
  tool: Pick<Tool, "name" | "parameters">,
): Promise<Validate | undefined> {
  const schema = toParameterSchema(tool);
  if (!schema) return undefined;
  let check = compiled.get(schema);
  if (!check) {
    check = compile(schema);
    compiled.set(schema, check);
  }
  try {
    return await check;
  } catch (cause) {
    throw invalidParameters(tool.name, (cause as Error).message, cause);
  }
}

async function compile(schema: Record<string, unknown>): Promise<Validate> {
  // Loaded here, since a program without tools needs neither a compiler of schemas nor its keywords.
  const { KEYWORDS } = await import("@stubwright/rpc/json-schema");
  const keys = Object.keys(schema);
  if (keys.length > 0 && !keys.some((key) => KEYWORDS.has(key))) {
    throw new TypeError("it has no keyword of JSON Schema, such as type or properties");
  }
  const { createValidator } = await import("@stubwright/rpc/validators");
  return createValidator(schema);
}
