import { groupsOf, holdsMethods } from "../document.js";
import type { Format } from "./format.js";

/** Trees of methods, each with its name in `rpcMethod`: the Copilot CLI's schemas, and one's own. */
export const methods: Format = {
  name: "methods",
  looks: "groups at the root, with methods that have an `rpcMethod`, `params` and `result`",
  recognises: (json) => groupsOf(json).some(([, group]) => holdsMethods(group)),
  read: () => undefined,
};
