import { createAjvValidator } from "@stubwright/rpc/ajv";
import { createValidator } from "@stubwright/rpc/validators";
import { describe, expect, it } from "vitest";

const label = (length: number) => "a".repeat(length);

const FORMATS: Readonly<Record<string, readonly [fits: string, refused: string]>> = {
  date: [
    "2024-02-29 2000-02-29 2023-02-28 0000-01-01 2023-12-31 2023-04-30",
    "2023-02-29 1900-02-29 2023-04-31 2023-00-10 2023-13-01 2023-01-00 2023-01-32 23-01-01 2023-1-01",
  ],
  time: [
    "00:00:00Z 23:59:59z 12:30:00.123Z 12:30:00+02:00 23:59:60Z 22:59:60-01:00 00:59:60+01:00 23:58:60+23:59",
    "24:00:00Z 12:60:00Z 12:00:61Z 12:00:00 12:00:00+24:00 12:00:00+01:60 22:59:60Z 23:59:60+01:00 12:00:00.Z 12:00Z",
  ],
  "date-time": [
    "2023-01-01T00:00:00Z 2023-01-31T12:00:00.5Z 2024-02-29t23:59:59z 2023-10-10T10:10:10-05:30 2016-12-31T23:59:60Z",
    "2023-02-29T00:00:00Z 2023-01-01T24:00:00Z T00:00:00Z 2023-01-01 2023-01-01T00:00:00 x2023-01-01T00:00:00Z 2023-01-01T00:00:00Zx",
  ],
  duration: [
    "P1Y P1Y2M P1Y2M3D P2M3D P3D P4W PT1H PT1H2M PT1H2M3S PT2M3S PT3S P1DT12H",
    "P PT P1Y3D P1D1Y PT1H3S P1W1D 1D P-1D P1.5D P1DT xP1D P1Dx",
  ],
  uuid: [
    "00000000-0000-0000-0000-000000000000 2EB8AA08-AA98-11EA-B4AA-73B441D16380",
    "2eb8aa08-aa98-11ea-b4aa-73b441d1638 2eb8aa08aa9811eab4aa73b441d16380 2eb8aa0g-aa98-11ea-b4aa-73b441d16380 x2eb8aa08-aa98-11ea-b4aa-73b441d16380",
  ],
  uri: [
    "http://a.example http://u:p@a.example:80/b/c?d=e#f urn:a:b mailto:a@b http://[::1]/ http://[v1.x]/ a:/b a: http://a/%41 a://?q#",
    "/a a //a http://[::g]/ http://[v.x]/ http://a/%4 http://a/^ http://a:b/ 1a:b a:b#c#d http://ä a:b\\c xhttp:\t",
  ],
  "uri-reference": ["/a a//b ?q #f a:b //a/b ./a:b %41", "a^ #a#b \\a %4 1a:b ä"],
  "uri-template": [
    "a {a} a{b}c {+a,b*} {?q:10} {a.b} {%41} %41 {#x}",
    "{ } {} {a {a:0} {a:12345} a<b a%4 {a,} {+} a`b",
  ],
  iri: ["http://ä.example/ö?ü#ß urn:ä http://a/?\ue000", "/ä ä http://a/^ a:\ue000 http://[::g]"],
  "iri-reference": ["/ä ä #ä http://ä", "ä^ #a#b \\ä"],
  email: [
    'a@b a.b+c@d.example "a@b"@c "a\\"b"@c a@[127.0.0.1] a@[IPv6:::1]',
    "a @b a@ .a@b a.@b a..b@c a@[1.2.3] a@[IPv6:x] a@-b a@[::1] ä@b xa@b_",
  ],
  "idn-email": ['a@b ä@ö "ä@b"@c ä.ö@ü', "ä @ä ä@ .ä@b ä@b@c"],
  hostname: [
    `a a.b a-b 1.2 A.B xn--a ${label(63)} ${[63, 63, 63, 61].map(label).join(".")}`,
    `-a a- a..b .a a. a_b ab--c ä ${label(64)} ${[63, 63, 63, 62].map(label).join(".")}`,
  ],
  ipv4: [
    "0.0.0.0 255.255.255.255 1.22.199.249 1.10.100.200",
    "256.0.0.0 1.2.3 1.2.3.4.5 01.2.3.4 1.2.3. a.b.c.d 1.2.3.300 x1.2.3.4 1.2.3.4x",
  ],
  ipv6: [
    ":: ::1 1:: 1:2:3:4:5:6:7:8 1::8 ABCD::ef01 ::1.2.3.4 1:2:3:4:5:6:1.2.3.4 1:2:3:4:5:6:7::",
    "1 1:2:3:4:5:6:7 1:2:3:4:5:6:7:8:9 1::2::3 ::12345 ::g :1 1: 1:2:3:4:5:6:7::8 ::1.2.3 1:2:3:4:5:6:7:1.2.3.4 1.2.3.4 ::1.2.3.4x",
  ],
  "json-pointer": ["/ /a /a/b /~0/~1 /ä //", "a #/a /~ /~2 /a~"],
  "relative-json-pointer": ["0 1 10# 0/a 2/~0", "01 -1 a /a 0a 1## 0/~2 x0"],
  regex: ["a [a] (?<x>a) \\p{L}", "( [ a{2,1} \\p{Xyz} \\-"],
};

describe.each([
  ["closures", createValidator],
  ["ajv", createAjvValidator],
] as const)("the format, with %s,", (_, create) => {
  it.each(Object.entries(FORMATS))("%s", (format, [fits, refused]) => {
    const validate = create({ format });
    const passes = (text: string) => validate(text) === undefined;
    const all = fits.split(" ");
    const none = refused.split(" ");
    expect(all.filter((text) => !passes(text))).toEqual([]);
    expect(none.filter(passes)).toEqual([]);
    expect(validate(5)).toBeUndefined();
  });

  it("that is empty text", () => {
    const fit = Object.keys(FORMATS).filter((format) => create({ format })("") === undefined);
    const may = ["uri-reference", "uri-template", "iri-reference", "json-pointer", "regex"];
    expect(fit).toEqual(may);
  });
});
