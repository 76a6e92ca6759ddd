// Removes a package's dist before it is built: what no source makes any more would be published.
import { rmSync } from "node:fs";

rmSync("dist", { recursive: true, force: true });
