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

/** A protocol of one's own: the folder that `stubwright generate` wrote, or its compiled form. */
export async function ownTarget(
  folder: string,
  [program = "", ...args]: readonly string[],
  address?: { readonly host: string; readonly port: number },
): Promise<Target> {
  const protocol = await loadOwn(folder);
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

async function loadOwn(folder: string): Promise<Protocol> {
  const [{ protocol }, { validators }, { schemas }] = (await Promise.all([
    load(folder, "descriptor.gen"),
    load(folder, "validators.gen"),
    load(folder, "schemas.gen"),
  ])) as [{ protocol: ProtocolDescriptor }, { validators: ValidatorSource }, { schemas: string }];
  return toProtocol(protocol, validators, schemas);
}

async function load(folder: string, name: string): Promise<unknown> {
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
    return await import(pathToFileURL(file).href);
  } catch (cause) {
    throw new InspectorError(
      "INVALID_ARGUMENT",
      `${file} cannot be loaded: ${(cause as Error).message}`,
      {
        remedy: file.endsWith(".ts")
          ? "Compile it, or run by tsx: npx tsx …"
          : "Mend what it says.",
        cause,
      },
    );
  }
}
