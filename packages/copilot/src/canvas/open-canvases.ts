import type { OpenCanvasInstance, SessionEvent } from "@stubwright/copilot-protocol";

/** The events by which a session learns of its canvases. */
export const CANVAS_EVENTS = ["session.canvas.opened", "session.canvas.closed"] as const;

/** The canvases that are open in a session, by their instances, oldest first. */
export class OpenCanvases {
  readonly #open = new Map<string, OpenCanvasInstance>();

  /** A copy of what is open. */
  list(): OpenCanvasInstance[] {
    return structuredClone([...this.#open.values()]);
  }

  /** Takes what a server's answer says is open. What events said before the answer stays. */
  add(open: readonly OpenCanvasInstance[] | null | undefined): void {
    for (const instance of open ?? []) this.#open.set(instance.instanceId, instance);
  }

  /** The runtime is gone. The next one opens again what it has on record, and says so by events. */
  clear(): void {
    this.#open.clear();
  }

  /** Notes what an event says. */
  see(event: SessionEvent): void {
    if (event.type === "session.canvas.opened" && event.data) {
      this.#open.set(event.data.instanceId, event.data);
    } else if (event.type === "session.canvas.closed" && event.data) {
      this.#open.delete(event.data.instanceId);
    }
  }
}
