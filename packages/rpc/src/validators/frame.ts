import type { ValidationForm } from "../validation.js";
import { readBy } from "./dialect.js";
import type { Documents, Place } from "./documents.js";
import { isSchemaObject, type SchemaObject } from "./json-schema.js";
import type { SchemaPlace } from "./keywords.js";
import { pointerStep } from "./pointer.js";
import { SchemaError } from "./schema-error.js";
import { enter, type Scope } from "./scope.js";
import { verify } from "./verify.js";

/** A schema on its way to a check. */
export interface Frame extends Place {
  readonly form: ValidationForm;
  readonly scope: Scope;
  /** The target of a reference that this schema looks at the same value as; undefined if none. */
  readonly target: object | undefined;
}

/** Keywords whose schemas look at the same value as the schema that they are in. */
const IN_PLACE = new Set(
  "allOf anyOf oneOf not if then else dependencies dependentSchemas".split(" "),
);

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

/** A frame in the resource that its schema starts, if it does, and the schema as its dialect reads it. */
export interface Reading {
  readonly here: Frame;
  readonly schema: SchemaObject;
}

/** Reads the schema of a frame, unless it is a boolean. @throws SchemaError if it makes no sense. */
export function readFrame(frame: Frame, documents: Documents): Reading {
  const resource = documents.resourceAt(frame.schema) ?? frame.resource;
  const at = { document: resource.document, pointer: frame.pointer };
  if (!isSchemaObject(frame.schema)) throw new SchemaError("BAD_DEFINITION", "Not a schema", at);
  const schema = readBy(resource.dialect, frame.schema);
  verify(schema, resource.dialect.draft, at);
  return { here: { ...frame, resource, scope: enter(frame.scope, resource) }, schema };
}

/** Where the references of a schema lead. @throws SchemaError if one leads nowhere. */
export function references({ here, schema }: Reading, documents: Documents): Frame[] {
  const { $ref, $dynamicRef, $recursiveRef } = schema;
  const places: Place[] = [];
  const resolve = (ref: unknown, keyword: string) => {
    return documents.resolve(ref, { ...here, pointer: here.pointer + pointerStep(keyword) });
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

/** Of a dynamic anchor, the outermost one in scope; another place stays as it is. */
function outermost(place: Place, name: string, scope: Scope): Place {
  const anchor = place.resource.dynamic.get(name);
  if (!anchor || anchor.schema !== place.schema) return place;
  return scope.anchors.get(name) ?? place;
}
