import type { MethodDescriptor, Validate } from "@stubwright/rpc";
import type { MethodInfo, Mismatch, Schema } from "./protocol.js";
import type { Protocol } from "./protocols.js";

const PREFIX = "#/definitions/";

/** A definition on its own: whatever it refers to comes with it, under `$defs`. */
export function selfContained(protocol: Protocol, name: string): Schema {
  const needed = new Map<string, Schema>();
  const visit = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(visit);
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value).map(([key, inner]) => {
      if (key !== "$ref" || typeof inner !== "string" || !inner.startsWith(PREFIX)) {
        return [key, visit(inner)];
      }
      const target = inner.slice(PREFIX.length);
      if (!needed.has(target)) {
        needed.set(target, true);
        needed.set(target, visit(protocol.definitions.get(target) ?? true) as Schema);
      }
      return [key, `#/$defs/${target}`];
    });
    return Object.fromEntries(entries) as unknown;
  };
  const schema = visit(protocol.definitions.get(name) ?? true) as Schema;
  return typeof schema === "boolean" || needed.size === 0
    ? schema
    : { ...schema, $defs: Object.fromEntries(needed) };
}

/**
 * The schema of a method's params as they are on the wire: the member that names the session, which
 * stubs fill in, is among them.
 */
export function paramsSchema(protocol: Protocol, method: MethodDescriptor): Schema | null {
  const given = method.params === undefined ? undefined : selfContained(protocol, method.params);
  const { scope } = method;
  if (scope === undefined) return given ?? null;
  const named = { properties: { [scope]: { type: "string" } }, required: [scope] };
  if (given === undefined || typeof given === "boolean") return { type: "object", ...named };
  const { $defs, ...rest } = given;
  if (rest.type === "object" && isObject(rest.properties)) {
    const required = Array.isArray(rest.required) ? (rest.required as string[]) : [];
    return {
      ...rest,
      properties: { ...named.properties, ...rest.properties },
      required: [scope, ...required],
      ...($defs !== undefined && { $defs }),
    };
  }
  const allOf = [{ type: "object", ...named }, withoutClosing(rest)];
  return { allOf, ...($defs !== undefined && { $defs }) };
}

function withoutClosing(schema: object): object {
  const {
    additionalProperties: _,
    unevaluatedProperties: __,
    ...rest
  } = schema as Record<string, unknown>;
  return rest;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Checks params as they are on the wire, by the validators that the stubs use. */
export function checkParams(
  protocol: Protocol,
  method: MethodDescriptor,
  params: unknown,
): readonly Mismatch[] {
  const { scope } = method;
  const problems: Mismatch[] = [];
  let rest = params;
  if (scope !== undefined) {
    const { [scope]: named, ...others } = (isObject(params) ? params : {}) as Record<
      string,
      unknown
    >;
    if (typeof named !== "string") {
      problems.push({ pointer: `/${scope}`, message: "A text is required." });
    }
    rest = others;
  }
  if (method.params === undefined) {
    const names = isObject(rest) ? Object.keys(rest) : [];
    const extra = names.map((name) => ({
      pointer: `/${name}`,
      message: "There is no such member.",
    }));
    return [...problems, ...extra];
  }
  return [...problems, ...mismatches(protocol.validators.get(method.params, "strict"), rest ?? {})];
}

/** What a check finds, as sentences. */
export function mismatches(validate: Validate, value: unknown): readonly Mismatch[] {
  return (validate(value) ?? []).map(({ pointer, expected, found, meant }) => ({
    pointer,
    message: `Expected ${expected}, found ${found}.${meant ? ` Is "${meant}" meant?` : ""}`,
  }));
}

/** What the page shows of a method. */
export function toMethodInfo({
  method,
  group,
  kind,
  handler,
  scope,
}: MethodDescriptor): MethodInfo {
  return { name: method, group, kind, handler, ...(scope !== undefined && { scope }) };
}

/** The call of a method in TypeScript, for the stubs of the generated package. */
export function snippetOf(protocol: Protocol, method: MethodDescriptor): string {
  const { group, path, scope, params, kind } = method;
  const name = protocol.descriptor.name;
  const stub = `${group[0]?.toUpperCase() ?? ""}${group.slice(1)}Rpc`;
  const scoped = scope === undefined ? "" : `, { scopeValue: ${scope} }`;
  const access = path.map((part) =>
    /^[\w$]+$/.test(part) ? `.${part}` : `[${JSON.stringify(part)}]`,
  );
  const call = `${group}${access.join("")}(${params === undefined ? "" : "params"})`;
  const type = params === undefined ? "" : `, type ${params}`;
  return `import { createStub } from "@stubwright/rpc";
import { protocol, type ${stub}${type} } from "@stubwright/${name}-protocol";

const ${group} = createStub<${stub}>(peer, protocol.methods, ${JSON.stringify(group)}${scoped});
${params === undefined ? "" : `const params: ${params} = PARAMS;\n`}${kind === "request" ? "const result = " : ""}await ${call};
`;
}
