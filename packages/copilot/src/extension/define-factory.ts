import type { JsonValue } from "@stubwright/copilot-protocol";
import { CopilotError } from "../errors.js";
import {
  createHandle,
  type FactoryBody,
  type FactoryHandle,
  type FactoryOutcome,
} from "../factories/handle.js";
import { checkMeta } from "../factories/meta.js";
import type { FactoryDefinition } from "./factory-context.js";

/**
 * Defines a factory: work of several steps and agents that the runtime records as it goes, so that a
 * run that was cut off can be resumed. Register it with `joinSession`.
 *
 * @example
 * ```ts
 * import { defineFactory, joinSession } from "@stubwright/copilot/extension";
 *
 * const review = defineFactory<{ files: string[] }, { reviews: string[] }>({
 *   meta: { name: "review", description: "args: { files }", phases: [{ title: "Review" }] },
 *   run: async ({ args, parallel, agent, phase }) => {
 *     phase("Review");
 *     const reviews = await parallel(
 *       args.files.map((file) => () => agent(`Review ${file}`, { label: file })),
 *     );
 *     return { reviews: reviews.filter((text) => typeof text === "string") };
 *   },
 * });
 * const session = await joinSession({ factories: [review] });
 * const run = await session.factory.run(review, { args: { files: ["a.ts"] } });
 * ```
 *
 * @throws {@link CopilotError} `INVALID_OPTIONS` that names what is wrong with it.
 * @experimental Factories may change with the runtime.
 */
export function defineFactory<
  TArgs extends JsonValue = JsonValue,
  TResult extends FactoryOutcome = FactoryOutcome,
>(definition: FactoryDefinition<TArgs, TResult>): FactoryHandle<TArgs, TResult> {
  const { meta } = definition;
  checkMeta(meta);
  if (typeof definition.run !== "function") {
    const message = `Factory ${JSON.stringify(meta.name)}: run must be a function.`;
    throw new CopilotError("INVALID_OPTIONS", message);
  }
  const body = ((context) => definition.run(context)) as FactoryBody;
  return createHandle(meta, body) as FactoryHandle<TArgs, TResult>;
}
