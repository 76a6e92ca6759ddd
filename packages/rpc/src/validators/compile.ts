import type { ValidationForm } from "../validation.js";
import { arrayChecks } from "./arrays.js";
import { all, type Check, type Compile, refuse } from "./check.js";
import { InPlace } from "./circular.js";
import { conditionChecks } from "./conditions.js";
import type { Documents, Place } from "./documents.js";
import type { Effort } from "./effort.js";
import { type Frame, inside, type Reading, readFrame, references } from "./frame.js";
import { isSchemaObject } from "./json-schema.js";
import { objectChecks } from "./objects.js";
import { literalChecks, numberChecks, stringChecks, typeCheck } from "./scalars.js";
import { OUTSIDE } from "./scope.js";
import type { Deref } from "./tagged.js";
import { Targets } from "./targets.js";
import {
  type Collector,
  type Collectors,
  collect,
  collectAll,
  type UnevaluatedKeyword,
  unevaluatedChecks,
} from "./unevaluated.js";
import { unionChecks } from "./unions.js";

/** What was made of a schema that a reference leads to. */
interface Target {
  readonly check: Check;
  collector: Collector | undefined;
}

/** Makes checks of schemas: one closure per thing to check, no code from strings. */
export class Compiler implements Collectors {
  readonly documents: Documents;
  readonly #effort: Effort;
  readonly #formats: boolean;
  readonly #eager: boolean;
  readonly #made = new Targets<Target>();
  readonly #inPlace = new InPlace();
  readonly #pending: (() => void)[] = [];

  /**
   * @param formats - Whether formats are assertions in the strict form.
   * @param eager - Whether {@link finish} compiles all that is referred to, or a value that gets
   * there.
   */
  constructor(documents: Documents, effort: Effort, formats: boolean, eager: boolean) {
    this.documents = documents;
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
    if (frame.schema === true) return () => true;
    if (frame.schema === false) return (_, findings) => refuse(findings, "nothing");
    const reading = readFrame(frame, this.documents);
    const { here, schema } = reading;
    const opened = frame.form === "open";
    const compile: Compile = (inner, place, form = frame.form) => {
      return this.compile(inside(here, inner, place, form));
    };
    const formats = !opened && (this.#formats || here.resource.dialect.assertsFormats === true);
    const check = all([
      ...typeCheck(schema),
      ...literalChecks(schema),
      ...numberChecks(schema),
      ...stringChecks(schema, formats),
      ...arrayChecks(schema, compile),
      ...objectChecks(schema, compile, opened),
      ...this.#references(reading),
      ...unionChecks(schema, compile, this.#later(compile), this.#deref(here), opened),
      ...conditionChecks(schema, compile, opened),
      ...unevaluatedChecks(schema, compile, () => collect(reading, this), opened),
    ]);
    if (schema.nullable !== true) return check;
    return (value, findings) => value === null || check(value, findings);
  }

  /**
   * The check of an `unevaluated` keyword alone, for an engine that does the rest itself.
   *
   * @param rest - The check of the parts that no other keyword has looked at.
   */
  unevaluated(reading: Reading, keyword: UnevaluatedKeyword, rest: Check): Check {
    const { here, schema } = reading;
    const alone = { [keyword]: schema[keyword] };
    const collected = () => collect(reading, this);
    return all(unevaluatedChecks(alone, () => rest, collected, here.form === "open"));
  }

  /** What tells which parts of a value the target of a reference evaluates. */
  collector(frame: Frame): Collector {
    const target = this.#find(frame);
    let made: Collector | undefined;
    target.collector ??= (value, seen) => {
      made ??= collectAll(frame, this);
      made(value, seen);
    };
    return target.collector;
  }

  #references(reading: Reading): Check[] {
    try {
      const targets = references(reading, this.documents);
      return targets.map((target) => this.#target(target, reading.here));
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

  #find(frame: Frame): Target {
    return this.#made.get(frame, () => {
      let made: Check | undefined;
      const make = () => {
        made ??= this.compile({ ...frame, target });
        return made;
      };
      const target: Target = { check: this.#effort.bound(make), collector: undefined };
      if (this.#eager) this.#pending.push(make);
      return target;
    });
  }

  /** Compiles when a value gets there, or when all that is left is compiled. */
  #later(compile: Compile): Compile {
    return (...schema) => {
      let made: Check | undefined;
      const make = () => {
        made ??= compile(...schema);
        return made;
      };
      if (this.#eager) this.#pending.push(make);
      return (value, findings) => make()(value, findings);
    };
  }

  /** Follows references to a schema without one, where that is no more than a few steps away. */
  #deref(here: Frame): Deref {
    if (here.resource.dialect.vocabularies) return () => undefined;
    return (schema) => {
      let at: Frame = { ...here, schema };
      for (let hops = 0; hops < 8 && isSchemaObject(at.schema); hops++) {
        if (at.schema.$ref === undefined) return at.schema;
        const found = this.documents.find(at.schema.$ref, at.resource);
        if (!found) return undefined;
        at = { ...at, ...found };
      }
      return undefined;
    };
  }
}
