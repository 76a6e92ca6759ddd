import type { JsonValue } from "@stubwright/copilot-protocol";
import { CopilotError } from "../errors.js";

/**
 * The shape of a value, in the part of JSON Schema that the runtime looks at: `type`, `required`,
 * `enum`, `const`, `properties`, `items`, `anyOf`, `oneOf` (as `anyOf`) and `allOf`. All else is kept
 * and not enforced.
 *
 * @experimental Factories may change with the runtime.
 */
export type FactoryJsonSchema = { [keyword: string]: JsonValue };

/**
 * What a run may use; what is left out is not limited.
 *
 * @experimental Factories may change with the runtime.
 */
export interface FactoryLimits {
  /** Agents at work at the same time; more of them wait. Default: `maxTotalSubagents`. */
  maxConcurrentSubagents?: number;
  /** Agents in all. */
  maxTotalSubagents?: number;
  /** AI credits in all; a turn that is under way may go over it. */
  maxAiCredits?: number;
  /** Seconds at work, in all attempts together. */
  timeoutSeconds?: number;
}

/**
 * What the runtime is told of a factory.
 *
 * @experimental Factories may change with the runtime.
 */
export interface FactoryMeta {
  /** The name that it is run by. */
  name: string;
  /** What it does, and what arguments it takes, for people and the model. */
  description: string;
  /** The phases that it may go through. */
  phases: { title: string; detail?: string }[];
  /**
   * The shape of its arguments. The runtime checks what the model gives, and not what
   * `session.factory.run` gives.
   */
  argsSchema?: FactoryJsonSchema;
  /** What it may use. */
  limits?: FactoryLimits;
}

const COUNTS: readonly string[] = ["maxConcurrentSubagents", "maxTotalSubagents"];
const AMOUNTS: readonly string[] = ["maxAiCredits", "timeoutSeconds"];

/** @throws {@link CopilotError} `INVALID_OPTIONS` that names what is wrong with a factory. */
export function checkMeta(meta: FactoryMeta): void {
  const shown = typeof meta?.name === "string" ? ` ${JSON.stringify(meta.name)}` : "";
  const refuse = (place: string, expected: string) => {
    const message = `Factory${shown}: ${place} must be ${expected}.`;
    return new CopilotError("INVALID_OPTIONS", message);
  };
  if (typeof meta !== "object" || meta === null) throw refuse("meta", "an object");
  for (const name of ["name", "description"] as const) {
    if (typeof meta[name] !== "string") throw refuse(`meta.${name}`, "a string");
  }
  if (meta.name.trim() === "") throw refuse("meta.name", "no empty text");
  const { phases, limits = {} } = meta;
  if (!Array.isArray(phases) || phases.some((phase) => typeof phase?.title !== "string")) {
    throw refuse("meta.phases", "a list of objects with a title");
  }
  for (const [name, limit] of Object.entries(limits) as [string, unknown][]) {
    if (limit === undefined) continue;
    const isPositive = typeof limit === "number" && Number.isFinite(limit) && limit > 0;
    if (COUNTS.includes(name)) {
      if (!isPositive || !Number.isInteger(limit))
        throw refuse(`limits.${name}`, "a positive integer");
    } else if (!AMOUNTS.includes(name)) {
      throw refuse("limits", `only ${[...COUNTS, ...AMOUNTS].join(", ")}; found ${name}`);
    } else if (!isPositive) throw refuse(`limits.${name}`, "a positive number");
  }
}
