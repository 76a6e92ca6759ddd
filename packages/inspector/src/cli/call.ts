import { readFileSync } from "node:fs";
import { checkParams } from "../describe.js";
import { InspectorError } from "../inspector-error.js";
import type { CallOutcome, Mismatch } from "../protocol.js";
import { type Arguments, toMs } from "./arguments.js";
import { chooseTarget } from "./choose-target.js";
import { connected } from "./connected.js";
import { EXIT } from "./exit-codes.js";

/** `stubwright call`: calls one method, and prints its result as JSON. */
export async function call(args: Arguments, words: readonly string[]): Promise<number> {
  const { target, rest } = await chooseTarget(args, words);
  const [name, ...more] = rest;
  const method = target.protocol.descriptor.methods.find((each) => each.method === name);
  if (!method || more.length > 0) {
    const what =
      name === undefined ? "No method is named." : `The protocol has no method ${rest.join(" ")}.`;
    throw new InspectorError("INVALID_ARGUMENT", what, {
      remedy: "`stubwright inspect` shows the methods.",
    });
  }
  const params = readParams(args.params);
  const mismatches = checkParams(target.protocol, method, params ?? {});
  if (mismatches.length > 0) return print({ params: mismatches }, args.json, EXIT.mismatch);
  const inspection = await connected(target);
  try {
    const deadline = args.timeout === undefined ? undefined : toMs(args.timeout, "--timeout");
    const outcome = await inspection.call("1", method.method, params, deadline);
    return print({ outcome }, args.json, exitCode(outcome));
  } finally {
    await inspection.close();
  }
}

function exitCode(outcome: CallOutcome): number {
  if (!outcome.ok) return EXIT.refused;
  return outcome.mismatches.length > 0 ? EXIT.mismatch : EXIT.done;
}

function readParams(given: string | undefined): unknown {
  if (given === undefined) return undefined;
  const text =
    given === "-"
      ? readFileSync(0, "utf8")
      : given.startsWith("@")
        ? readFileSync(given.slice(1), "utf8")
        : given;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InspectorError(
      "INVALID_ARGUMENT",
      `--params is no JSON: ${(cause as Error).message}`,
      { cause },
    );
  }
}

function print(
  { params, outcome }: { readonly params?: readonly Mismatch[]; readonly outcome?: CallOutcome },
  json: boolean,
  code: number,
): number {
  const wrong = params ?? (outcome?.ok ? outcome.mismatches : []);
  const error =
    params !== undefined
      ? { code: "INVALID_PARAMS", message: "The params do not fit the schema.", mismatches: params }
      : outcome?.ok === false
        ? outcome.error
        : undefined;
  if (json) {
    const value = error
      ? { error }
      : { result: outcome?.ok && outcome.result, mismatches: wrong, ms: outcome?.ms };
    process.stdout.write(`${JSON.stringify(value)}\n`);
    return code;
  }
  if (outcome?.ok) process.stdout.write(`${JSON.stringify(outcome.result, null, 2)}\n`);
  if (error) process.stderr.write(`error ${error.message} (${error.code})\n`);
  for (const { pointer, message } of wrong)
    process.stderr.write(`at    ${pointer || "/"}: ${message}\n`);
  return code;
}
