import type { Method, Protocol } from "../ir.js";

/** One of the two protocols that are compared, and where its parts were read. */
export interface DiffSide {
  /** What it is called in reports, such as `@github/copilot@1.0.20`. */
  readonly label: string;
  readonly protocol: Protocol;
  /** Stands for the file of everything whose place in the schemas is not known. */
  readonly file: string;
  /** File, `#` and JSON Pointer of each method that was read from a schema. */
  readonly methodPlaces: ReadonlyMap<Method, string>;
}
