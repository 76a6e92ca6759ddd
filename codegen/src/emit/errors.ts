import type { Method, Protocol } from "../ir.js";
import type { JsonSchema } from "../schema.js";
import { refName } from "../schema.js";
import { indent } from "./file.js";

/**
 * The types of the errors that methods declare, and the guard that tells whether an error that a
 * call was rejected with is one of them; undefined if none declares any.
 */
export function methodErrors(
  { types }: Protocol,
  methods: readonly Method[],
): readonly string[] | undefined {
  const declared = new Map(
    methods.flatMap(({ wire, error }) => (error === null ? [] : [[wire, error] as const])),
  );
  if (declared.size === 0) return undefined;
  const rows = [...declared];
  return [
    [
      "/** The error objects that methods declare, by their names on the wire. */",
      "export interface MethodErrors {",
      ...indent(rows.map(([wire, error]) => `${JSON.stringify(wire)}: ${error};`)),
      "}",
    ].join("\n"),
    [
      "/** The codes of those errors; null where any is possible. */",
      "const errorCodes: Readonly<Record<keyof MethodErrors, readonly unknown[] | null>> = {",
      ...indent(
        rows.map(
          ([wire, error]) => `${JSON.stringify(wire)}: ${JSON.stringify(codesOf(error, types))},`,
        ),
      ),
      "};",
    ].join("\n"),
    [
      "/** Whether a call of a method was answered with an error that the method declares. */",
      "export function isErrorOf<M extends keyof MethodErrors>(",
      "  method: M,",
      "  error: unknown,",
      "): error is ResponseError & MethodErrors[M] {",
      "  if (!(error instanceof ResponseError) || error.method !== method) return false;",
      "  const codes = errorCodes[method];",
      "  return codes === null || codes.includes(error.code);",
      "}",
    ].join("\n"),
  ];
}

function codesOf(name: string, types: Readonly<Record<string, JsonSchema>>): unknown[] | null {
  const visit = (schema: JsonSchema): unknown[] | null => {
    if (schema.$ref !== undefined) return visit(types[refName(schema.$ref)] ?? {});
    const arms = schema.anyOf ?? schema.oneOf;
    if (arms) {
      const codes = arms.map(visit);
      return codes.some((one) => one === null) ? null : codes.flat();
    }
    const code = schema.properties?.code ?? {};
    return code.enum ?? ("const" in code ? [code.const] : null);
  };
  return visit(types[name] ?? {});
}
