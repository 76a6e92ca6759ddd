import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type Host, thisHost } from "../src/connection/host.js";
import { checkWorkingDirectory, findRuntime } from "../src/connection/runtime-path.js";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "runtime-path-")));
afterAll(() => rmSync(folder, { recursive: true }));

/** An empty file. */
function file(...parts: string[]): string {
  const path = join(folder, ...parts);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, "");
  return path;
}

const host = (changes: Partial<Host>): Host => ({ ...thisHost(), ...changes });
const find = (path: string, changes: Partial<Host> = {}) =>
  findRuntime({ path, pathOption: "connection.path", env: {} }, host(changes));

describe("S6 a JavaScript file", () => {
  const cli = file("cli.js");
  test("runs under this Node", () => {
    expect(thisHost().runsScripts).toBe("as-node");
    expect(find(cli)).toEqual({ command: process.execPath, args: [cli], env: {} });
  });

  test("runs under Electron as Node, since Electron's program is the app", () => {
    const electron = { runsScripts: "as-electron", execPath: "/Apps/Mine" } as const;
    expect(find(cli, electron)).toEqual({
      command: "/Apps/Mine",
      args: [cli],
      env: { ELECTRON_RUN_AS_NODE: "1" },
    });
  });

  test("is refused where this program is a single executable", () => {
    expect(() => find(cli, { runsScripts: "not-at-all" })).toThrow(
      expect.objectContaining({
        code: "INVALID_OPTIONS",
        message: expect.stringMatching(/option connection\.path names the JavaScript file.*single/),
      }),
    );
  });

  test("how scripts are run is told by the process", () => {
    const { versions, execPath } = process;
    const told = (changes: object, path = execPath) => {
      Object.defineProperty(process, "versions", { value: { ...versions, ...changes } });
      process.execPath = path;
      try {
        return thisHost().runsScripts;
      } finally {
        Object.defineProperty(process, "versions", { value: versions });
        process.execPath = execPath;
      }
    };
    expect(told({ electron: "33.0.0" })).toBe("as-electron");
    expect(told({ bun: "1.2.0" }, "/apps/mine")).toBe("not-at-all");
    expect(told({ bun: "1.2.0" }, "/usr/bin/bun")).toBe("as-node");
  });
});

describe("S6 a program inside of an asar archive", () => {
  const electron = { runsScripts: "as-electron" } as const;
  const packed = file("app.asar", "runtime");

  test("is the one beside it that is unpacked", () => {
    const inside = file("both.asar", "node_modules", "runtime");
    const outside = file("both.asar.unpacked", "node_modules", "runtime");
    expect(find(inside, electron).command).toBe(outside);
    expect(find(outside, electron).command).toBe(outside);
  });

  test("is refused if nothing is unpacked, with what to do", () => {
    expect(() => find(packed, electron)).toThrow(
      expect.objectContaining({
        code: "RUNTIME_NOT_FOUND",
        message: expect.stringContaining("asarUnpack"),
      }),
    );
  });

  test("is a program like any other outside of Electron, where it is a folder", () => {
    expect(find(packed).command).toBe(packed);
  });

  test("a JavaScript file in it can be read by Electron", () => {
    const cli = file("script.asar", "cli.js");
    expect(find(cli, electron).args).toEqual([cli]);
  });
});

describe("S6 on Windows", () => {
  const windows = { platform: "win32" } as const;
  test("a batch file is started as it is, and found without its ending", () => {
    const batch = file("bin", "copilot.cmd");
    expect(find(batch, windows).command).toBe(batch);
    expect(find(join(folder, "bin", "copilot"), windows).command).toBe(batch);
    const program = file("bin", "copilot.exe");
    expect(find(join(folder, "bin", "copilot"), windows).command).toBe(program);
  });

  test("a PowerShell script is refused, with what to name instead", () => {
    const script = file("bin", "copilot.ps1");
    expect(() => find(script, windows)).toThrow(/PowerShell script .* Name the \.cmd file/);
    expect(find(script, { platform: "linux" }).command).toBe(script);
  });

  test("a platform package that is not there is named as the platform calls it", () => {
    const other = host({ platform: "win32", arch: "riscv64", main: undefined });
    expect(() => findRuntime({ path: undefined, pathOption: "cliPath", env: {} }, other)).toThrow(
      /runtime for win32-riscv64 .* @github\/copilot-sdk-win32-riscv64, .* option cliPath or/,
    );
  });
});

describe("R5 a wrong path is said in the words of the app", () => {
  const missing = join(folder, "missing");
  test.each(["connection.path", "cliPath"] as const)("%s", (pathOption) => {
    const wrong = (path: string) => () => findRuntime({ path, pathOption, env: {} });
    expect(wrong(missing)).toThrow(`The option ${pathOption} names "${missing}"`);
    expect(wrong(folder)).toThrow(`The option ${pathOption} names the folder "${folder}"`);
  });

  test("the variable", () => {
    const env = { COPILOT_CLI_PATH: missing };
    const target = { path: undefined, pathOption: "cliPath", env } as const;
    expect(() => findRuntime(target)).toThrow(`COPILOT_CLI_PATH names "${missing}"`);
  });

  test("a working directory of our own that was deleted", () => {
    const { cwd } = process;
    process.cwd = () => {
      throw new Error("ENOENT: no such file or directory, uv_cwd");
    };
    try {
      expect(() => checkWorkingDirectory(undefined)).toThrow(/option workingDirectory\.$/);
      expect(() => checkWorkingDirectory(folder)).not.toThrow();
      const target = { path: undefined, pathOption: "cliPath", env: {} } as const;
      expect(findRuntime(target).command).toContain("copilot-runtime");
    } finally {
      process.cwd = cwd;
    }
  });
});
