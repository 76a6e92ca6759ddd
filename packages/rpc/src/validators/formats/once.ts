/**
 * Makes a value when it is first asked for. Large expressions without case over all of Unicode take
 * milliseconds to make, and most programs check no text by them.
 */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
