import { createValidators } from "@stubwright/rpc/validators";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { generateFiles, type JsonSchema } from "stubwright";
import { expect, test } from "vitest";
import { compileErrors } from "../../codegen/test/compile.js";
import { protocolOf } from "../../codegen/test/inline.js";
import { randomFrom } from "../../codegen/test/random.js";
import { MORE_SCHEMAS } from "./more-schemas.js";
import { publishedDefinitions, sampleOf } from "./published.js";
import { randomSchema } from "./random-schema.js";
import { type Definitions, relax } from "./relax.js";
import { SCHEMAS } from "./schemas.js";
import { valuesFor } from "./values.js";

/** Of ajv, which misses a member `__proto__` that is there, and a required one `""` that is not. */
const AJV_MISTAKES: ReadonlySet<string> = new Set(["Prototype", "ConstProto", "EmptyName"]);

interface Case {
  readonly name: string;
  readonly value: unknown;
  readonly ajv: boolean;
  readonly relaxed: boolean;
  readonly strict: boolean;
  readonly open: boolean;
}

/** Judges values of each named schema, and compiles an assignment for each. */
async function judge(
  definitions: Definitions,
  random: () => number,
  names: readonly string[] = Object.keys(definitions),
): Promise<string[]> {
  const protocol = protocolOf({ api: { definitions: { ...definitions } } });
  const validators = createValidators(protocol.types);
  const named = new Map(
    Object.keys(definitions).map((name, n) => [name, Object.keys(protocol.types)[n] ?? ""]),
  );
  const judges = { ajv: ajvOf(definitions), relaxed: ajvOf(relax(definitions)) };
  const cases = names.flatMap((name) =>
    valuesFor(definitions[name] ?? {}, definitions, random).map((value): Case => {
      const check = (form: "strict" | "open") =>
        validators.get(named.get(name) ?? "", form)(value) === undefined;
      const verdicts = { ajv: judges.ajv(name, value), relaxed: judges.relaxed(name, value) };
      return { name, value, ...verdicts, strict: check("strict"), open: check("open") };
    }),
  );
  const lines = cases.map(
    ({ name, value }, n) => `export const v${n}: T.${named.get(name)} = ${source(value)};`,
  );
  const use = ['import type * as T from "./types.gen.js";', ...lines].join("\n");
  const errors = compileErrors([...(await generateFiles(protocol)), { path: "use.ts", text: use }]);
  const refused = new Map<number, string>();
  const others: string[] = [];
  for (const line of errors.split("\n").filter((one) => /: error TS/.test(one))) {
    const [, row] = /use\.ts\((\d+),/.exec(line) ?? [];
    if (row === undefined) others.push(line);
    else refused.set(Number(row) - 2, line.slice(line.indexOf("error")));
  }
  expect(cases.filter(({ ajv }) => ajv).length).toBeGreaterThan(cases.length / 20);
  return [...others, ...cases.flatMap((one, n) => disagreements(one, refused.get(n), definitions))];
}

function disagreements(
  { name, value, ajv, relaxed, strict, open }: Case,
  error: string | undefined,
  definitions: Definitions,
): string[] {
  const what = `${name} ${JSON.stringify(definitions[name])} with ${JSON.stringify(value)}`;
  const found: string[] = [];
  if (strict !== ajv && !AJV_MISTAKES.has(name)) found.push(`validator says ${strict}: ${what}`);
  if (ajv && !open && !AJV_MISTAKES.has(name)) found.push(`open validator refuses: ${what}`);
  if (ajv && strict && error !== undefined) found.push(`type is too narrow: ${what} (${error})`);
  if (!relaxed && error === undefined && !AJV_MISTAKES.has(name))
    found.push(`type is too wide: ${what}`);
  return found;
}

function ajvOf(definitions: Definitions): (name: string, value: unknown) => boolean {
  const ajv = new Ajv2020({
    ...{ strict: false, validateSchema: false, logger: false },
    ownProperties: true, // Or it takes methods of every object for members.
  });
  addFormats.default(ajv);
  ajv.addSchema({ definitions }, "root");
  const compiled = new Map<string, ValidateFunction>();
  return (name, value) => {
    const $ref = `root#/definitions/${encodeURIComponent(name)}`;
    const check = compiled.get(name) ?? ajv.compile({ $ref });
    compiled.set(name, check);
    return check(value) as boolean;
  };
}

/** A value as TypeScript source. */
function source(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(source).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, member]) => {
    const key = name === "__proto__" ? '["__proto__"]' : JSON.stringify(name);
    return `${key}: ${source(member)}`;
  });
  return `{ ${members.join(", ")} }`;
}

/** `SEED=7 pnpm vitest run test/agree` tries other schemas and another sample. */
const SEED = Number(process.env.SEED ?? 20_261_126);
console.info(`seed ${SEED}`);

test.each([
  ["known schema", SCHEMAS],
  ["schema of several such things", MORE_SCHEMAS],
])(
  "the type, both validators and ajv agree on values of every %s",
  {
    timeout: 120_000,
  },
  async (_, schemas) => {
    expect(await judge(schemas, randomFrom(1))).toEqual([]);
  },
);

test("the type, both validators and ajv agree on values of random schemas", {
  timeout: 240_000,
}, async () => {
  const random = randomFrom(SEED);
  const definitions: Record<string, JsonSchema> = { Base: SCHEMAS.Base ?? {} };
  for (let n = 0; n < 100; n++)
    definitions[`R${n}`] = randomSchema(random, Object.keys(definitions));
  expect(await judge(definitions, random)).toEqual([]);
});

test("the type, both validators and ajv agree on values of a sample of the published schemas", {
  timeout: 240_000,
}, async () => {
  const random = randomFrom(SEED);
  const { sample, definitions } = sampleOf(publishedDefinitions(), 80, random);
  expect(await judge(definitions, random, [...sample])).toEqual([]);
});
