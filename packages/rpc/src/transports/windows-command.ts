import { RpcError } from "../errors.js";

/** A program as `spawn` takes it. */
export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  /** Whether the arguments are quoted already. */
  readonly verbatim: boolean;
}

/** Where a program is looked for. */
export interface CommandPlaces {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Its working directory, to which a relative path refers. */
  readonly cwd: string;
  /** Whether there is a file of that name. */
  exists(file: string): boolean;
}

/**
 * Finds the file of a program on Windows, as a shell would, but not in the working directory unless
 * that is asked for by a path. A batch file, such as `npx.cmd` and other commands that npm installs,
 * is run by cmd.exe, with arguments quoted so that it cannot act on them.
 *
 * @throws {@link RpcError} with code `SPAWN_FAILED` for an argument that no batch file can be given.
 */
export function windowsCommand(
  command: string,
  args: readonly string[],
  places: CommandPlaces,
): Command {
  const file = findFile(command, places);
  if (file === undefined) return { command, args, verbatim: false };
  if (!/\.(?:cmd|bat)$/i.test(file)) return { command: file, args, verbatim: false };
  const line = [quote(file), ...args.map(quote)].join(" ");
  const system = variable(places.env, "SystemRoot") ?? "C:\\Windows";
  return {
    command: `${system}\\System32\\cmd.exe`,
    // Extensions on, for the way in which % is written; delayed expansion and autorun off.
    args: ["/e:ON", "/v:OFF", "/d", "/s", "/c", `"${line}"`],
    verbatim: true,
  };
}

function findFile(command: string, { env, cwd, exists }: CommandPlaces): string | undefined {
  const extensions = (variable(env, "PATHEXT") ?? ".COM;.EXE;.BAT;.CMD").split(";");
  const names = /\.[^.\\/]+$/.test(command)
    ? [command, ...extensions.map((extension) => command + extension)]
    : extensions.map((extension) => command + extension);
  const isPath = /[\\/]|^[a-z]:/i.test(command);
  const folders = isPath
    ? [/^(?:[a-z]:|[\\/])/i.test(command) ? "" : `${cwd}\\`]
    : (variable(env, "PATH") ?? "")
        .split(";")
        .map((folder) => folder.replace(/^"|"$/g, ""))
        .filter((folder) => folder !== "")
        .map((folder) => (/[\\/]$/.test(folder) ? folder : `${folder}\\`));
  for (const folder of folders) {
    const found = names.find((name) => exists(folder + name));
    if (found !== undefined) return folder + found;
  }
  return undefined;
}

/** Names of variables are the same in any case on Windows. */
function variable(env: CommandPlaces["env"], name: string): string | undefined {
  const found = Object.keys(env).find((key) => key.toLowerCase() === name.toLowerCase());
  return found === undefined ? undefined : env[found];
}

/**
 * Quotes an argument for a batch file. All is literal between quotes but two: a quote is doubled,
 * and a percent sign gets an empty expansion after it, so that no variable is put in.
 */
function quote(arg: string): string {
  if (/[\0\r\n]/.test(arg)) {
    throw new RpcError("SPAWN_FAILED", "A batch file takes no argument with a line break or NUL");
  }
  const quoted = arg
    // Backslashes before a quote, and before the closing one, count twice.
    .replace(/(\\*)"/g, '$1$1""')
    .replace(/(\\+)$/, "$1$1")
    .replaceAll("%", "%%cd:~,%");
  return `"${quoted}"`;
}
