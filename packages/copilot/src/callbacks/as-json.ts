/**
 * What the server will get of a value that a handler gave. What cannot be written as JSON fails
 * here, where the answer can still be the safe one.
 *
 * @throws TypeError, or what a `toJSON` throws.
 */
export function asJson<T>(value: T): T {
  const text = JSON.stringify(value);
  if (text === undefined) throw new TypeError(`A ${typeof value} is not expressible as JSON`);
  return JSON.parse(text) as T;
}
