import type { ModelRequest, RequestOutcome } from "./request.js";

/** What to do once a request is over: signals that outlive it hold whatever listens to them. */
const stops = new WeakMap<ModelRequest, () => void>();

/** Ends a request in whichever way comes first. */
export function settle(request: ModelRequest, outcome: RequestOutcome): void {
  if (request.outcome !== "pending") return;
  request.outcome = outcome;
  stops.get(request)?.();
}

/** Settles a request as `aborted` when the signal fires while it is pending. */
export function abortWith(request: ModelRequest, signal: AbortSignal): void {
  const abort = () => settle(request, "aborted");
  signal.addEventListener("abort", abort, { once: true });
  stops.set(request, () => signal.removeEventListener("abort", abort));
}
