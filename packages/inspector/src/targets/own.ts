import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import {
  connectTcp,
  type ProtocolDescriptor,
  spawnTransport,
  type ValidatorSource,
} from "@stubwright/rpc";
import { InspectorError } from "../inspector-error.js";
import { type Protocol, toProtocol } from "../protocols.js";
import type { Target } from "./target.js";

/** The server of a protocol of one's own: a command, or an address. */
export interface OwnServer {
  readonly command?: readonly string[];
  readonly address?: { readonly host: string; readonly port: number };
}

/** A protocol of one's own: the folder that `stubwright generate` wrote, or its compiled form. */
export async function ownTarget(
  folder: string,
  server: OwnServer,
  load: Load = (file) => import(pathToFileURL(file).href),
): Promise<Target> {
  const { address } = server;
  const [program = "", ...args] = server.command ?? [];
  const protocol = await loadOwn(folder, load);
  if (program === "" && !address) {
    throw new InspectorError("INVALID_ARGUMENT", "No server is named.", {
      remedy: "Name its command after --, or its address by --url.",
    });
  }
  return {
    title: address ? `${address.host}:${address.port}` : [program, ...args].join(" "),
    kind: address ? "url" : "command",
    protocol,
    open: async () => {
      if (address) return { transport: await connectTcp(address) };
      const transport = spawnTransport({ command: program, args });
      return { transport, lastWords: () => transport.stderrTail() };
    },
  };
}

type Load = (file: string) => Promise<unknown>;

async function loadOwn(folder: string, load: Load): Promise<Protocol> {
  const [{ protocol }, { validators }, { schemas }] = (await Promise.all([
    loadPart(folder, "descriptor.gen", load),
    loadPart(folder, "validators.gen", load),
    loadPart(folder, "schemas.gen", load),
  ])) as [{ protocol: ProtocolDescriptor }, { validators: ValidatorSource }, { schemas: string }];
  return toProtocol(protocol, validators, schemas);
}

async function loadPart(folder: string, name: string, load: Load): Promise<unknown> {
  const base = resolve(folder, name);
  const file = [".js", ".mjs", ".ts"]
    .map((ending) => `${base}${ending}`)
    .find((each) => existsSync(each));
  if (file === undefined) {
    throw new InspectorError("INVALID_ARGUMENT", `There is no ${name}.js or .ts in ${folder}.`, {
      remedy: "Name the folder that `stubwright generate` wrote.",
    });
  }
  try {
    return await load(file);
  } catch (cause) {
    throw new InspectorError(
      "INVALID_ARGUMENT",
      `${file} cannot be loaded: ${(cause as Error).message}`,
      {
        remedy: file.endsWith(".ts")
          ? "Run it by `npx stubwright inspect`, which reads TypeScript, or compile it."
          : "Mend what it says.",
        cause,
      },
    );
  }
}
