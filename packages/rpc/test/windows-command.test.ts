import { describe, expect, it } from "vitest";
import { windowsCommand } from "../src/transports/windows-command.js";

const env = {
  Path: 'C:\\Tools;"C:\\Program Files\\nodejs\\";C:\\npm',
  PATHEXT: ".COM;.EXE;.BAT;.CMD",
  systemroot: "D:\\Win",
};
const files = new Set(
  [
    "C:\\Tools\\git.exe",
    "C:\\Program Files\\nodejs\\npx",
    "C:\\Program Files\\nodejs\\npx.cmd",
    "C:\\npm\\copilot.cmd",
    "C:\\npm\\tool.v2.cmd",
    "C:\\work\\bin\\run.bat",
    "C:\\work\\evil.exe",
  ].map((file) => file.toLowerCase()),
);
const exists = (file: string) => files.has(file.toLowerCase());
const places = { env, cwd: "C:\\work", exists };
const find = (command: string, args: string[] = []) => windowsCommand(command, args, places);

describe("a program on Windows", () => {
  it.each([
    ["git", "C:\\Tools\\git.EXE"],
    ["git.exe", "C:\\Tools\\git.exe"],
    ["bin\\..\\evil.exe", "bin\\..\\evil.exe"],
    ["C:\\Tools\\git", "C:\\Tools\\git.EXE"],
    ["evil", "evil"],
    ["none", "none"],
  ])("is found as a shell would, but not in the working directory: %s", (command, file) => {
    expect(find(command, ["a b"])).toEqual({ command: file, args: ["a b"], verbatim: false });
  });

  it.each([
    ["npx", "C:\\Program Files\\nodejs\\npx.CMD"],
    ["copilot.cmd", "C:\\npm\\copilot.cmd"],
    ["tool.v2", "C:\\npm\\tool.v2.CMD"],
    ["bin/run", "C:\\work\\bin/run.BAT"],
  ])("is run by cmd.exe when it is a batch file: %s", (command, file) => {
    const slashes = (path: string) => exists(path.replaceAll("/", "\\"));
    expect(windowsCommand(command, ["-y"], { ...places, exists: slashes })).toEqual({
      command: "D:\\Win\\System32\\cmd.exe",
      args: ["/e:ON", "/v:OFF", "/d", "/s", "/c", `""${file}" "-y""`],
      verbatim: true,
    });
  });

  it.each([
    ["", '""'],
    ["a b", '"a b"'],
    ["a&b|c>d^e!f(g)", '"a&b|c>d^e!f(g)"'],
    ['say "hi"', '"say ""hi"""'],
    ["C:\\dir\\", '"C:\\dir\\\\"'],
    ['\\"', '"\\\\"""'],
    ["100%PATH%", '"100%%cd:~,%PATH%%cd:~,%"'],
  ])("gets its argument as it is: %j", (arg, quoted) => {
    expect(find("npx", [arg]).args.at(-1)).toBe(`""C:\\Program Files\\nodejs\\npx.CMD" ${quoted}"`);
  });

  it.each(["a\nb", "a\rb", "a\0b"])("is refused an argument that would end the line: %j", (arg) => {
    expect(() => find("npx", [arg])).toThrow(expect.objectContaining({ code: "SPAWN_FAILED" }));
    expect(find("git", [arg]).args).toEqual([arg]);
  });
});
