import { describe, expect, test } from "vitest";
import { isSecretName, MASK, maskSecrets, maskText } from "../src/internal.js";
import { unmaskSecrets } from "../src/secrets.js";
import { preview, previewAt } from "../src/validators/preview.js";

const SECRET = "s3cr3t/Value+42";

describe("N18 what is secret", () => {
  test("members of a session's settings", () => {
    const secrets = {
      provider: {
        apiKey: SECRET,
        bearerToken: { nested: [SECRET] },
        headers: { Authorization: SECRET, "Ocp-Apim-Subscription-Key": SECRET, "X-Auth": [SECRET] },
        baseUrl: `https://user:${SECRET.replace("/", "")}@host/?sig=${SECRET}&api-version=1`,
      },
      gitHubToken: SECRET,
      mcpServers: {
        a: {
          env: { DATABASE_URL: SECRET, DB_PASS: SECRET, NPM_AUTH: SECRET, PLAIN: SECRET },
          args: ["--token", SECRET, `--api-key=${SECRET}`, "-e", `GH_PAT=${SECRET}`, "--verbose"],
          oauthClientSecret: SECRET,
        },
      },
      requestHeaders: [["x-any", SECRET]],
      credentials: SECRET,
      jwt: SECRET,
      passphrase: 123456,
      arguments: JSON.stringify({ password: SECRET, note: JSON.stringify({ apiKey: SECRET }) }),
    };
    const text = JSON.stringify(maskSecrets(secrets));
    expect(text).not.toContain("s3cr3t");
    expect(text).not.toContain("123456");
    for (const name of ["DATABASE_URL", "Authorization", "--verbose", "api-version=1", "host"]) {
      expect(text).toContain(name);
    }
  });

  test("what is none stays, and so does the value itself", () => {
    const value = {
      maxTokens: 5,
      hasToken: true,
      tokenizer: "o200k",
      key: "a",
      cacheKey: "b",
      url: "https://host:8080/a?b=c",
      text: "Invalid token: expected a string",
      list: ["--verbose", "x"],
      env: "production",
      token: null,
    };
    expect(maskSecrets(value)).toBe(value);
  });

  test("what was made of a masked value gets its secrets back", () => {
    const value = {
      a: { token: SECRET, list: [{ apiKey: SECRET }], b: 1 },
      c: { password: SECRET },
    };
    const masked = maskSecrets(value) as typeof value;
    expect(unmaskSecrets(masked, masked, value)).toBe(value);
    const { a } = masked;
    const changed = { ...masked, a: { ...a, b: 2, list: [...a.list, { apiKey: "own" }] }, d: 3 };
    expect(unmaskSecrets(changed, masked, value)).toEqual({
      a: { token: SECRET, list: [{ apiKey: SECRET }, { apiKey: "own" }], b: 2 },
      c: { password: SECRET },
      d: 3,
    });
  });

  test("a member named __proto__ stays a member", () => {
    const value: unknown = JSON.parse('{"__proto__":{"token":"x"},"apiKey":"y"}');
    expect(JSON.stringify(maskSecrets(value))).toBe('{"__proto__":{"token":"***"},"apiKey":"***"}');
  });

  test.each([
    [`Authorization: Bearer ${SECRET}`, `Authorization: ${MASK}`],
    [`postgres://u:p4ss@h/db`, `postgres://${MASK}@h/db`],
    [`run --token ${SECRET} --port 8080`, `run --token ${MASK} --port 8080`],
    [`OPENAI_API_KEY=${SECRET} node`, `OPENAI_API_KEY=${MASK} node`],
    [`found {"apiKey":"${SECRET}","a":1`, `found {"apiKey":"${MASK}","a":1`],
    [`{"a":"{\\"apiKey\\":\\"${SECRET}\\"}"`, `{"a":"{\\"apiKey\\":\\"${MASK}\\"}"`],
    [`cut {"apiKey":"s3cr`, `cut {"apiKey":"${MASK}`],
    [`{"password":"a\\"b\\\\","x":1`, `{"password":"${MASK}","x":1`],
    ["Incorrect API key: sk-abcdefghijklmnop", `Incorrect API key: ${MASK}`],
    ["ghp_abcdefghijklmnop", MASK],
    ["GET /a?sig=abc%3D&x=1", `GET /a?sig=${MASK}&x=1`],
    ["AccountName=me;AccountKey=abc==;x", `AccountName=me;AccountKey=${MASK};x`],
    ["npm run build --token", "npm run build --token"],
  ])("in a text: %s", (text, masked) => {
    expect(maskText(text)).toBe(masked);
  });

  test("names", () => {
    const secret = "apiKey x-api-key GITHUB_TOKEN SSH_KEY_BASE64 gitHubToken Set-Cookie DB_PWD";
    for (const name of secret.split(" ")) expect([name, isSecretName(name)]).toEqual([name, true]);
    const open = "tokenizer monkey key KEYBOARD hasBearerTokenProvider secretary tokenType";
    for (const name of open.split(" ")) expect([name, isSecretName(name)]).toEqual([name, false]);
  });

  test("long texts take no long time", () => {
    const began = performance.now();
    for (const unit of ["x", "a-", "://", "a=", '"a":"', "--a ", "\\", "eyJ", "?a"]) {
      maskText(unit.repeat(200_000));
    }
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  test("previews of errors hide it, at the place and inside of it", () => {
    const value = { provider: { apiKey: [SECRET], headers: { A: { v: SECRET } }, n: 1 } };
    expect(previewAt(value, "/provider/apiKey")).toBe(MASK);
    expect(previewAt(value, "/provider/apiKey/0")).toBe(MASK);
    expect(previewAt(value, "/provider/headers/A")).toBe(MASK);
    expect(previewAt(value, "/provider/headers/B")).toBe("nothing");
    expect(preview(value)).toBe('{"provider":{"apiKey":"***","headers":"***","n":1}}');
    expect(preview(["--token", SECRET, "--port", "1"])).toBe('["--token","***","--port","1"]');
    expect(preview(`${"x".repeat(100)} --token ${SECRET}`)).not.toContain("s3c");
  });
});
