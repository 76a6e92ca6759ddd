import { isProse } from "@stubwright/rpc/json-schema";
import type { Scope } from "../ir.js";
import { firstFree, pascalCase } from "../names/identifiers.js";
import { fingerprint, isObject, type JsonSchema, refName } from "../schema.js";
import { acceptsEmpty, hasMember, membersOf, takesNothing, withoutMember } from "./params.js";

/** How a method takes its params. */
export interface ParamsType {
  /** Type name, or null where nothing but the scope member is taken. */
  readonly name: string | null;
  readonly optional: boolean;
  /** The scope member, if it was among the params. */
  readonly scope: Scope | null;
}

/** Where a schema without a name of its own stands. */
export interface Place {
  readonly group: string;
  /** Such as `models.list.params`. */
  readonly name: string;
}

/** The definitions, and the types that methods add to them. */
export class TypeTable {
  readonly types: Record<string, JsonSchema>;

  constructor(definitions: Readonly<Record<string, JsonSchema>>) {
    this.types = Object.assign(Object.create(null), definitions);
  }

  /**
   * The type of a method's params, the scope member taken out.
   *
   * @param schema - What the method says of its params; anything but an object means none.
   * @param scope - The member that the stub fills in, if the method's group has one.
   * @param place - Where it stands, the source of its name if it brings none.
   */
  params(schema: unknown, scope: string | null, place: Place): ParamsType {
    if (!isObject(schema)) return { name: null, optional: true, scope: null };
    const resolve = (node: JsonSchema) => this.resolve(node);
    const [member] = scope === null ? [] : membersOf(schema, scope, resolve);
    const found = member && scope !== null && hasMember(schema, scope, resolve);
    const own = found ? withoutMember(schema, scope, resolve) : schema;
    const filled = found ? { member: scope, type: this.#scopeType(member, scope, place) } : null;
    if (takesNothing(this.resolve(own))) return { name: null, optional: true, scope: filled };
    const name = this.named(own, place);
    return { name, optional: acceptsEmpty(own, resolve), scope: filled };
  }

  /** The type of a method's result, or null where it answers with nothing. */
  result(schema: unknown, place: Place): string | null {
    if (!isObject(schema) || schema.type === "null") return null;
    return this.named(schema, place);
  }

  /** Follows a reference to the definition it names. */
  resolve(schema: JsonSchema): JsonSchema {
    const target = schema.$ref === undefined ? undefined : this.types[refName(schema.$ref)];
    return target ? this.resolve(target) : schema;
  }

  /** The type of a scope member: a primitive one as it is, any other by its name. */
  #scopeType(schema: JsonSchema, member: string, { group, name }: Place): string {
    const { type, enum: values, const: value, $ref } = schema;
    const only = onlyReference(schema);
    if (only !== undefined) return refName(only);
    if ($ref === undefined && values === undefined && value === undefined) {
      if (type === "string" || type === "boolean" || type === "number") return type;
      if (type === "integer") return "number";
    }
    return this.named(schema, { group, name: `${name}.${member}` });
  }

  /** The name of a schema: the one it refers to, or one that it is given here. */
  private named(schema: JsonSchema, place: Place): string {
    return schema.$ref === undefined ? this.intern(schema, place) : refName(schema.$ref);
  }

  /** Finds the definition with this title and meaning, or adds one. */
  private intern(schema: JsonSchema, { group, name }: Place): string {
    const meaning = fingerprint(schema);
    const wanted = [schema.title ?? pascalCase(name), pascalCase(`${group}.${name}`)];
    const chosen = firstFree(wanted, (candidate) => {
      const other = this.types[candidate];
      return other !== undefined && fingerprint(other) !== meaning;
    });
    this.types[chosen] ??= schema;
    return chosen;
  }
}

/** The reference that a schema is, but for its prose: `allOf` with it alone. */
function onlyReference(schema: JsonSchema): string | undefined {
  const { allOf = [], ...rest } = schema;
  const [first] = allOf;
  return allOf.length === 1 && Object.keys(rest).every(isProse) ? first?.$ref : undefined;
}
