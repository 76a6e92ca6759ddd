import { isIpv6 } from "./net.js";
import { once } from "./once.js";

/** The characters that RFC 3986, or RFC 3987 with `more`, allows in the parts of a URI. */
function grammar(more: string, inQuery = "") {
  const encoded = "%[\\da-f]{2}";
  const path = `(?:[\\w.~!$&'()*+,;=:@/${more}-]|${encoded})*`;
  const fragment = `(?:[\\w.~!$&'()*+,;=:@/?${more}-]|${encoded})*`;
  const query = `(?:[\\w.~!$&'()*+,;=:@/?${more}${inQuery}-]|${encoded})*`;
  const user = `(?:(?:[\\w.~!$&'()*+,;=:${more}-]|${encoded})*@)?`;
  const host = `(?:\\[(?<ip>[^\\]]*)\\]|(?:[\\w.~!$&'()*+,;=${more}-]|${encoded})*)`;
  const tail = `(?:\\?${query})?(?:#${fragment})?$`;
  // With an authority the path is empty or starts with a slash, without one not with two.
  const hierarchy = `(?://${user}${host}(?::\\d*)?(?:/${path})?|(?!//)${path})`;
  return {
    absolute: once(() => new RegExp(`^[a-z][a-z\\d+.-]*:${hierarchy}${tail}`, "iu")),
    // A first segment with a colon would be a scheme.
    relative: once(() => new RegExp(`^(?![^/?#]*:)${hierarchy}${tail}`, "iu")),
  };
}

const URI = grammar("");
const IRI = grammar(
  "\\u00a0-\\ud7ff\\uf900-\\ufdcf\\ufdf0-\\uffef\\u{10000}-\\u{efffd}",
  "\\ue000-\\uf8ff\\u{f0000}-\\u{10fffd}",
);

const VARIABLE = "(?:\\w|%[\\da-f]{2})(?:\\.?(?:\\w|%[\\da-f]{2}))*(?:\\*|:[1-9]\\d{0,3})?";
const TEMPLATE = once(
  () =>
    new RegExp(
      `^(?:[^\\x00-\\x20\\x7f"<>%\\\\^\`{|}]|%[\\da-f]{2}|\\{[+#./;?&=,!@|]?${VARIABLE}(?:,${VARIABLE})*\\})*$`,
      "iu",
    ),
);
const POINTER = /^(?:\/(?:[^~/]|~[01])*)*$/u;
const RELATIVE_POINTER = /^(?:0|[1-9]\d*)(?:#|(?:\/(?:[^~/]|~[01])*)*)$/u;

export function isUri(text: string): boolean {
  return fits(URI.absolute(), text);
}

export function isUriReference(text: string): boolean {
  return fits(URI.absolute(), text) || fits(URI.relative(), text);
}

export function isIri(text: string): boolean {
  return fits(IRI.absolute(), text);
}

export function isIriReference(text: string): boolean {
  return fits(IRI.absolute(), text) || fits(IRI.relative(), text);
}

function fits(expression: RegExp, text: string): boolean {
  const found = expression.exec(text);
  const ip = found?.groups?.ip;
  return found !== null && (ip === undefined || isIpv6(ip) || /^v[\da-f]+\..+$/i.test(ip));
}

export function isUriTemplate(text: string): boolean {
  return TEMPLATE().test(text);
}

export function isJsonPointer(text: string): boolean {
  return POINTER.test(text);
}

export function isRelativeJsonPointer(text: string): boolean {
  return RELATIVE_POINTER.test(text);
}
