import { firstFree, pascalCase } from "../names/identifiers.js";
import { fingerprint, isObject, type JsonSchema, refName } from "../schema.js";

/** How a method takes its params. */
export interface ParamsType {
  /** Type name, or null where nothing but the scope member is taken. */
  readonly name: string | null;
  readonly optional: boolean;
  /** Whether the scope member was among the params. */
  readonly scoped: boolean;
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
    if (!isObject(schema)) return { name: null, optional: true, scoped: false };
    const whole = this.resolve(schema);
    const scoped = scope !== null && whole.properties?.[scope] !== undefined;
    const own = scoped && !this.defines(whole) ? withoutProperty(whole, scope) : whole;
    if (own.properties && Object.keys(own.properties).length === 0) {
      return { name: null, optional: true, scoped };
    }
    const name = own === whole ? this.named(schema, place) : this.intern(own, place);
    return { name, optional: this.acceptsEmpty(own), scoped };
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

  /** Whether `{}` is a valid value, as far as required members tell. */
  private acceptsEmpty(schema: JsonSchema): boolean {
    const target = this.resolve(schema);
    if (target.anyOf) return target.anyOf.some((arm) => this.acceptsEmpty(arm));
    return !target.required?.length;
  }

  /** Whether the definition of the schema's title says exactly the same. */
  private defines(schema: JsonSchema): boolean {
    const other = schema.title === undefined ? undefined : this.types[schema.title];
    return other !== undefined && fingerprint(other) === fingerprint(schema);
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

function withoutProperty(schema: JsonSchema, name: string): JsonSchema {
  const { [name]: _, ...properties } = schema.properties ?? {};
  const required = schema.required?.filter((key) => key !== name) ?? [];
  const { required: __, ...rest } = schema;
  return { ...rest, properties, ...(required.length > 0 && { required }) };
}
