import { CopilotError } from "../errors.js";

/** A function of a native library, called here or, by `async`, on another thread. */
interface NativeFunction<Args extends readonly unknown[], R> {
  (...args: Args): R;
  async(...args: [...Args, (error: Error | null, result: R) => void]): void;
}

/** The part of the package `koffi` that is used here. */
interface Koffi {
  load(path: string): {
    func<Args extends readonly unknown[], R>(
      name: string,
      result: string,
      args: readonly unknown[],
    ): NativeFunction<Args, R>;
  };
  proto(result: string, args: readonly string[]): unknown;
  pointer(type: unknown): unknown;
  array(type: string, length: number): unknown;
  register(callback: (...args: never[]) => void, type: unknown): unknown;
  unregister(callback: unknown): void;
  decode(pointer: unknown, type: unknown): Uint8Array;
}

type Bytes = [bytes: Uint8Array | null, length: number];

/** The functions by which a runtime lives in this process. */
export interface NativeRuntime {
  /** Starts one, on another thread. @returns Its number; 0 if it did not start. */
  start(args: Uint8Array, env: Uint8Array): Promise<number>;
  /** Connects to it. @returns The connection's number; 0 if there is none. */
  open(server: number, outbound: unknown): number;
  write(connection: number, bytes: Uint8Array): boolean;
  /** Whether nothing is sent to its callback any more. */
  close(connection: number): boolean;
  stop(server: number): Promise<void>;
  /** Makes the callback that takes what the runtime sends. It has to be removed. */
  register(take: (bytes: Uint8Array) => void): { readonly callback: unknown; remove(): void };
}

const PREFIX = "copilot_runtime_";
const BYTES = ["uint8 *", "size_t"];
const loaded = new Map<string, Promise<NativeRuntime>>();

/**
 * Loads a runtime's library; it stays loaded.
 *
 * @throws {@link CopilotError} `NOT_SUPPORTED` without the package `koffi`.
 */
export function loadNativeRuntime(path: string): Promise<NativeRuntime> {
  const runtime = loaded.get(path) ?? importKoffi().then((koffi) => bind(koffi, path));
  loaded.set(path, runtime);
  runtime.catch(() => loaded.delete(path));
  return runtime;
}

async function importKoffi(): Promise<Koffi> {
  const name = "koffi";
  try {
    return ((await import(/* webpackIgnore: true */ /* @vite-ignore */ name)) as { default: Koffi })
      .default;
  } catch (cause) {
    throw new CopilotError(
      "NOT_SUPPORTED",
      "A runtime inside of this process needs the package koffi, which is not installed. Install it, or use RuntimeConnection.forStdio().",
      { cause },
    );
  }
}

function bind(koffi: Koffi, path: string): NativeRuntime {
  const library = koffi.load(path);
  const outbound = koffi.pointer(koffi.proto("void", ["void *", ...BYTES]));
  const start = library.func<[...Bytes, ...Bytes], number>(`${PREFIX}host_start`, "uint32", [
    ...BYTES,
    ...BYTES,
  ]);
  const stop = library.func<[number], boolean>(`${PREFIX}host_shutdown`, "bool", ["uint32"]);
  const open = library.func<
    [server: number, outbound: unknown, data: null, ...Bytes, ...Bytes, ...Bytes],
    number
  >(`${PREFIX}connection_open`, "uint32", [
    "uint32",
    outbound,
    "void *",
    ...BYTES,
    ...BYTES,
    ...BYTES,
  ]);
  const write = library.func<[number, ...Bytes], boolean>(`${PREFIX}connection_write`, "bool", [
    "uint32",
    ...BYTES,
  ]);
  const close = library.func<[number], boolean>(`${PREFIX}connection_close`, "bool", ["uint32"]);
  return {
    start: (args, env) =>
      new Promise((resolve, reject) => {
        start.async(args, args.length, env, env.length, (error, server) =>
          error ? reject(error) : resolve(server),
        );
      }),
    open: (server, callback) => open(server, callback, null, null, 0, null, 0, null, 0),
    write: (connection, bytes) => write(connection, bytes, bytes.length),
    close,
    stop: (server) =>
      new Promise((resolve, reject) => {
        stop.async(server, (error) => (error ? reject(error) : resolve()));
      }),
    register: (take) => {
      // What is pointed to is the runtime's, and only for this call.
      const callback = koffi.register((_data: never, bytes: never, length: never) => {
        take(new Uint8Array(koffi.decode(bytes, koffi.array("uint8", Number(length)))));
      }, outbound);
      return { callback, remove: () => koffi.unregister(callback) };
    },
  };
}
