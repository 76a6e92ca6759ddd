import type { Method, Wire } from "../ir.js";

/** Notifications by which protocols cancel calls and report their progress, as the runtime knows them. */
const CANCEL = {
  "$/cancelRequest": "lsp",
  "notifications/cancelled": "mcp",
  "$/cancel_request": "acp",
} as const;

const PROGRESS = { "$/progress": "lsp", "notifications/progress": "mcp" } as const;

/** What a protocol's methods tell of how calls are cancelled and report progress. */
export function wireOf(methods: readonly Method[]): Pick<Wire, "cancel" | "progress"> {
  const wires = new Set(
    methods.filter(({ kind }) => kind === "notification").map(({ wire }) => wire),
  );
  const [cancel] = Object.entries(CANCEL).filter(([wire]) => wires.has(wire));
  const [progress] = Object.entries(PROGRESS).filter(([wire]) => wires.has(wire));
  return { ...(cancel && { cancel: cancel[1] }), ...(progress && { progress: progress[1] }) };
}
