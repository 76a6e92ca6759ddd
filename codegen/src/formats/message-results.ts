import { pascalCase } from "../names/identifiers.js";
import { isObject } from "../schema.js";
import type { Definition } from "./definitions.js";
import type { Arm } from "./message-arms.js";
import { at } from "./places.js";

/**
 * The definition of a result by its name: `XRequest` or `XParams` makes `XResponse`, `XResult` or the
 * `result` of `XResultResponse`, and where none of these is, `EmptyResult` if there is one.
 *
 * @param paramsAt - The definition of the params, if no other message has it.
 */
export function findResult(
  definitions: readonly Definition[],
  arm: Arm,
  wire: string,
  paramsAt: string | undefined,
): string | undefined {
  const beside = paramsAt?.slice(0, paramsAt.lastIndexOf("/"));
  const named = (name: string) => {
    const all = definitions.filter((one) => one.name === name);
    return (
      all.find(({ pointer }) => pointer.slice(0, pointer.lastIndexOf("/")) === beside) ?? all[0]
    );
  };
  const params = paramsAt?.slice(paramsAt.lastIndexOf("/") + 1);
  const stems = [
    arm.name.replace(/Request$/, ""),
    params?.replace(/Params$/, ""),
    pascalCase(wire),
  ];
  for (const stem of new Set(stems)) {
    if (!stem) continue;
    const whole = named(`${stem}ResultResponse`);
    if (isObject(whole?.schema.properties) && whole.schema.properties.result !== undefined) {
      return at(whole.pointer, "properties", "result");
    }
    const result = named(`${stem}Response`) ?? named(`${stem}Result`);
    if (result) return result.pointer;
  }
  return named("EmptyResult")?.pointer;
}
