import type { ValidationForm } from "../validation.js";
import { arrayChecks } from "./arrays.js";
import { all, type Check, refuse } from "./check.js";
import { InPlace } from "./circular.js";
import { conditionChecks } from "./conditions.js";
import { readBy } from "./dialect.js";
import type { Documents, Place } from "./documents.js";
import type { Effort } from "./effort.js";
import { isSchemaObject, type SchemaObject } from "./json-schema.js";
import type { SchemaPlace } from "./keywords.js";
import { objectChecks } from "./objects.js";
import { pointerStep } from "./pointer.js";
import { literalChecks, numberChecks, stringChecks, typeCheck } from "./scalars.js";
import { SchemaError } from "./schema-error.js";
import { enter, OUTSIDE, type Scope } from "./scope.js";
import type { Deref } from "./tagged.js";
import { type Collector, collect, unevaluatedChecks } from "./unevaluated.js";
import { unionChecks } from "./unions.js";
import { verify } from "./verify.js";

/** Makes the check of a schema inside another one, in the same form unless told otherwise. */
export type Compile = (schema: unknown, place: SchemaPlace, form?: ValidationForm) => Check;

/** A schema on its way to a check. */
export interface Frame extends Place {
  readonly form: ValidationForm;
  readonly scope: Scope;
  /** The target of a reference that this schema looks at the same value as; undefined if none. */
  readonly target: object | undefined;
}

/** What was made of a schema that a reference leads to. */
interface Target {
  readonly check: Check;
  collector?: Collector;
}

/** Keywords whose schemas look at the same value as the schema that they are in. */
const IN_PLACE = new Set(
  "allOf anyOf oneOf not if then else dependencies dependentSchemas".split(" "),
);

/** Makes checks of schemas: one closure per thing to check, no code from strings. */
export class Compiler {
  readonly #documents: Documents;
  readonly #effort: Effort;
  readonly #formats: boolean;
  readonly #eager: boolean;
  readonly #made = new Map<unknown, Map<string, Target>>();
  readonly #inPlace = new InPlace();
  readonly #pending: (() => void)[] = [];

  /**
   * @param formats - Whether formats are assertions in the strict form.
   * @param eager - Whether {@link finish} compiles all that is referred to, or a value that gets
   * there.
   */
  constructor(documents: Documents, effort: Effort, formats: boolean, eager: boolean) {
    this.#documents = documents;
    this.#effort = effort;
    this.#formats = formats;
    this.#eager = eager;
  }

  /** The check of a place and, lazily, of all that it refers to. */
  check(place: Place, form: ValidationForm): Check {
    return this.#target({ ...place, form, scope: OUTSIDE, target: undefined }, place);
  }

  /**
   * Compiles all that checks so far refer to.
   *
   * @throws SchemaError for what cannot be checked.
   */
  finish(): void {
    try {
      while (this.#pending.length > 0) for (const make of this.#pending.splice(0)) make();
      this.#inPlace.verify();
    } catch (error) {
      // Who asks again gets the same answer.
      this.#made.clear();
      this.#pending.length = 0;
      throw error;
    }
  }

  /**
   * The check of one schema. In the open form, unknown members are fine, an optional member may be
   * null, formats are not looked at, and a union may match more than once.
   */
  compile(frame: Frame): Check {
    const { schema: raw, form } = frame;
    if (raw === true) return () => true;
    if (raw === false) return (_, findings) => refuse(findings, "nothing");
    const here = this.#enter(frame);
    const schema = this.#read(here);
    const opened = form === "open";
    const compile: Compile = (inner, place, as = form) =>
      this.compile(inside(here, inner, place, as));
    const { dialect } = here.resource;
    const formats = !opened && (this.#formats || dialect.assertsFormats === true);
    const check = all([
      ...typeCheck(schema),
      ...literalChecks(schema),
      ...numberChecks(schema),
      ...stringChecks(schema, formats),
      ...arrayChecks(schema, compile),
      ...objectChecks(schema, compile, opened),
      ...this.#targets(here, schema),
      ...unionChecks(schema, compile, this.#later(compile), this.#deref(here), opened),
      ...conditionChecks(schema, compile, opened),
      ...unevaluatedChecks(schema, compile, () => collect(here, schema, this), opened),
    ]);
    if (schema.nullable !== true) return check;
    return (value, findings) => value === null || check(value, findings);
  }

  /** Reads a frame's schema by its dialect; undefined for a boolean. */
  read(frame: Frame): { readonly here: Frame; readonly schema: SchemaObject } | undefined {
    if (!isSchemaObject(frame.schema)) return undefined;
    const here = this.#enter(frame);
    return { here, schema: this.#read(here) };
  }

  /** Where the references of a schema lead. */
  references(here: Frame, schema: SchemaObject): Frame[] {
    const { $ref, $dynamicRef, $recursiveRef } = schema;
    const places: Place[] = [];
    const resolve = (ref: unknown, keyword: string) => {
      return this.#documents.resolve(ref, {
        ...here,
        pointer: here.pointer + pointerStep(keyword),
      });
    };
    if ($ref !== undefined) places.push(resolve($ref, "$ref"));
    if ($recursiveRef !== undefined) {
      places.push(outermost(resolve($recursiveRef, "$recursiveRef"), "", here.scope));
    }
    if ($dynamicRef !== undefined) {
      const [, name = ""] = `${$dynamicRef}`.split("#");
      places.push(outermost(resolve($dynamicRef, "$dynamicRef"), name, here.scope));
    }
    return places.map((place) => ({ ...here, ...place, scope: enter(here.scope, place.resource) }));
  }

  /** What tells which parts of a value the target of a reference evaluates. */
  collector(frame: Frame): Collector {
    const target = this.#find(frame);
    if (!target.collector) {
      let made: Collector | undefined;
      target.collector = (value, seen) => {
        const read = this.read(frame);
        made ??= read ? collect(read.here, read.schema, this) : () => undefined;
        made(value, seen);
      };
    }
    return target.collector;
  }

  #targets(here: Frame, schema: SchemaObject): Check[] {
    try {
      return this.references(here, schema).map((target) => this.#target(target, here));
    } catch (error) {
      if (this.#eager) throw error;
      return [
        () => {
          throw error;
        },
      ];
    }
  }

  #target(frame: Frame, from: Place): Check {
    const target = this.#find(frame);
    if (frame.target && this.#eager) this.#inPlace.add(frame.target, target, from);
    return target.check;
  }

  /** Compiles when a value gets there, or when all that is left is compiled. */
  #later(compile: Compile): Compile {
    return (...schema) => {
      let made: Check | undefined;
      const make = () => (made ??= compile(...schema));
      if (this.#eager) this.#pending.push(make);
      return (value, findings) => make()(value, findings);
    };
  }

  #find(frame: Frame): Target {
    const { schema, resource, form, scope } = frame;
    const known = this.#made.get(schema) ?? new Map<string, Target>();
    this.#made.set(schema, known);
    const key = `${form} ${resource.uri}${scope.key}`;
    let found = known.get(key);
    if (!found) {
      let made: Check | undefined;
      const make = () => (made ??= this.compile({ ...frame, target: found }));
      found = { check: this.#effort.bound(make) };
      known.set(key, found);
      if (this.#eager) this.#pending.push(make);
    }
    return found;
  }

  #enter(frame: Frame): Frame {
    const resource = this.#documents.resourceAt(frame.schema) ?? frame.resource;
    return { ...frame, resource, scope: enter(frame.scope, resource) };
  }

  #read({ schema, resource, pointer }: Frame): SchemaObject {
    const at = { document: resource.document, pointer };
    if (!isSchemaObject(schema)) throw new SchemaError("BAD_DEFINITION", "Not a schema", at);
    const read = readBy(resource.dialect, schema);
    verify(read, resource.dialect.draft, at);
    return read;
  }

  /** Follows references to a schema without one, where that is no more than a few steps away. */
  #deref(here: Frame): Deref {
    if (here.resource.dialect.vocabularies) return () => undefined;
    return (schema) => {
      let at: Frame = { ...here, schema };
      for (let hops = 0; hops < 8 && isSchemaObject(at.schema); hops++) {
        if (at.schema.$ref === undefined) return at.schema;
        const found = this.#documents.find(at.schema.$ref, at.resource);
        if (!found) return undefined;
        at = { ...at, ...found };
      }
      return undefined;
    };
  }
}

/** The frame of a schema inside the one of another. */
export function inside(
  { target, ...here }: Frame,
  schema: unknown,
  place: SchemaPlace,
  form: ValidationForm,
): Frame {
  const pointer = here.pointer + place.map((step) => pointerStep(step!)).join("");
  return { ...here, schema, pointer, form, target: IN_PLACE.has(place[0]) ? target : undefined };
}

/** Of a dynamic anchor, the outermost one in scope; another place stays as it is. */
function outermost(place: Place, name: string, scope: Scope): Place {
  if (!place.resource.dynamic.has(name)) return place;
  if (place.resource.dynamic.get(name)?.schema !== place.schema) return place;
  return scope.anchors.get(name) ?? place;
}
