import { once } from "./once.js";

const LABEL = "(?!..--)[a-z\\d](?:[a-z\\d-]{0,61}[a-z\\d])?";
const A_LABEL = `(?:xn--[a-z\\d](?:[a-z\\d-]{0,57}[a-z\\d])?|${LABEL})`;
const HOSTNAME = new RegExp(`^(?=.{1,253}$)${A_LABEL}(?:\\.${A_LABEL})*$`, "i");
const OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);
const GROUP = /^[\da-f]{1,4}$/i;

const ATOM = "[\\w!#$%&'*+/=?^`{|}~-]+";
const QUOTED = '"(?:[ !#-\\[\\]-~]|\\\\[ -~])*"';
const EMAIL = new RegExp(`^(?:${ATOM}(?:\\.${ATOM})*|${QUOTED})@(.+)$`);
const IDN_ATOM = "[\\w!#$%&'*+/=?^`{|}~\\u0080-\\u{10ffff}-]+";
const IDN_QUOTED = '"(?:[ !#-\\[\\]-~\\u0080-\\u{10ffff}]|\\\\[ -~])*"';
const IDN_EMAIL = once(
  () => new RegExp(`^(?:${IDN_ATOM}(?:\\.${IDN_ATOM})*|${IDN_QUOTED})@[^\\s@]+$`, "u"),
);

/** A host name of ASCII letters; whether a name in Punycode decodes is not looked at. */
export function isHostname(text: string): boolean {
  return HOSTNAME.test(text);
}

export function isIpv4(text: string): boolean {
  return IPV4.test(text);
}

export function isIpv6(text: string): boolean {
  const dotted = /^(.*:)([^:]*\.[^:]*)$/.exec(text);
  if (dotted && !isIpv4(dotted[2]!)) return false;
  // The dotted end stands for two groups.
  const plain = dotted ? `${dotted[1]}0:0` : text;
  const halves = plain.split("::");
  if (halves.length > 2) return false;
  const groups = halves.map((half) => (half === "" ? [] : half.split(":")));
  const count = groups.flat().length;
  if (!groups.flat().every((group) => GROUP.test(group))) return false;
  return halves.length === 2 ? count <= 7 : count === 8;
}

export function isEmail(text: string): boolean {
  const [, host] = EMAIL.exec(text) ?? [];
  if (host === undefined) return false;
  const [, literal] = /^\[(.*)\]$/.exec(host) ?? [];
  if (literal === undefined) return isHostname(host);
  return literal.startsWith("IPv6:") ? isIpv6(literal.slice(5)) : isIpv4(literal);
}

/** An address that may have letters of any script. */
export function isIdnEmail(text: string): boolean {
  return IDN_EMAIL().test(text);
}
