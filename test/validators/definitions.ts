import { protocol } from "@stubwright/copilot-protocol";
import { schemas } from "../../generated/copilot/src/schemas.gen.js";

/** A schema node, as loosely as these tests read it. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly propertyNames?: Schema;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly not?: Schema;
}

/** Every definition of the Copilot protocol, by name. */
export const definitions: ReadonlyMap<string, Schema> = new Map(
  schemas.split("\n").map((line) => {
    const end = line.indexOf(" ");
    return [line.slice(0, end), JSON.parse(line.slice(end + 1)) as Schema];
  }),
);

/** Follows references to the schema that they lead to. */
export function resolve(schema: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  const target = definitions.get(schema.$ref.slice("#/definitions/".length));
  if (!target) throw new Error(`${schema.$ref} leads nowhere`);
  return resolve(target);
}

/** The arms of a union that can match, with what the schema says beside them; undefined if none. */
export function armsOf({ anyOf, oneOf, ...beside }: Schema): readonly Schema[] | undefined {
  const arms = (anyOf ?? oneOf)?.filter((arm) => !arm.not);
  return arms?.map((arm) => (arm.$ref === undefined ? { ...beside, ...arm } : arm));
}

/** What methods, callbacks and events put on the wire: what it is, and its definition's name. */
export const subjects: ReadonlyMap<string, string> = new Map([
  ...protocol.methods.flatMap(({ method, handler, params, result }) => [
    ...(params ? [[`params of ${method} (${handler})`, params] as const] : []),
    ...(result ? [[`result of ${method} (${handler})`, result] as const] : []),
  ]),
  ...protocol.unions.flatMap(({ arms }) =>
    Object.entries(arms).map(([tag, arm]) => [`event ${tag}`, arm] as const),
  ),
]);

/** The seed of this run; set SEED to repeat one. */
export const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
