import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { OPENSSL } from "./needs.js";

/** Paths of a certificate and its key. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Makes an authority of a test in a folder, and certificates that it has signed. */
export async function createAuthority(folder: string) {
  if (!OPENSSL.path) throw new Error(`There is no openssl. Remedy: ${OPENSSL.remedy}`);
  const openssl = (...args: string[]) => promisify(execFile)(OPENSSL.path as string, args);
  const at = (name: string) => join(folder, name);
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const ca = { cert: at("ca.pem"), key: at("ca.key") };
  const subject = ["-subj", "/CN=authority of a test"];
  await openssl("req", "-x509", ...key, ...subject, "-keyout", ca.key, "-out", ca.cert);
  return {
    caFile: ca.cert,
    /** A certificate for localhost. */
    issue: async (name: string): Promise<Certificate> => {
      const issued = { cert: at(`${name}.pem`), key: at(`${name}.key`) };
      const [request, extension] = [at(`${name}.csr`), at(`${name}.ext`)];
      await openssl("req", ...key, "-subj", `/CN=${name}`, "-keyout", issued.key, "-out", request);
      await writeFile(extension, "subjectAltName=DNS:localhost\n");
      const signer = ["-CA", ca.cert, "-CAkey", ca.key, "-CAcreateserial", "-days", "2"];
      const files = ["-in", request, "-out", issued.cert, "-extfile", extension];
      await openssl("x509", "-req", ...files, ...signer);
      return issued;
    },
  };
}
