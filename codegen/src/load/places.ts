/** Where something stands: a file, and the JSON Pointer in it. */
export interface SchemaPlace {
  readonly file: string;
  readonly pointer: string;
}

/** Finds where a bundled definition stands; undefined for one that stands in no file. */
export type PlaceOf = (name: string) => SchemaPlace | undefined;
