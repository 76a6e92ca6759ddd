import { expect, test } from "vitest";
import { createIsolatedEnvironment } from "../src/index.js";

test("N9 R6 an isolated environment passes no credentials, and no way to some", async () => {
  const credentials = [
    "GH_TOKEN",
    "GITHUB_TOKEN",
    "GH_ENTERPRISE_TOKEN",
    "GITHUB_ENTERPRISE_TOKEN",
    "COPILOT_GITHUB_TOKEN",
    "COPILOT_SDK_AUTH_TOKEN",
    "COPILOT_PROVIDER_API_KEY",
    "GH_CONFIG_DIR",
    "gh_token",
  ];
  const base = Object.fromEntries(credentials.map((name) => [name, "hush"]));
  const kept = { PATH: "/bin", COPILOT_CLI_PATH: "/bin/copilot", LANG: "C", GHOST: "boo" };
  const user = { HOME: "/home/ada", APPDATA: "/home/ada", LOCALAPPDATA: "/home/ada" };
  await using environment = await createIsolatedEnvironment({ ...base, ...kept, ...user });
  const { env, folder } = environment;
  expect(Object.values(env)).not.toContain("hush");
  expect(Object.values(env)).not.toContain("/home/ada");
  expect(env).toMatchObject({ ...kept, APPDATA: folder, LOCALAPPDATA: folder });
});
