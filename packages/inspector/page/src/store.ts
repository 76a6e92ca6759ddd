import { useEffect, useState } from "preact/hooks";
import type { Ask, ChatItem, ConnectionInfo, Frame, Rule, TargetInfo } from "../../src/protocol.js";
import { Rpc } from "./rpc.js";

/** As many frames as the inspector keeps. */
const MAX_FRAMES = 100_000;
const CHUNK = 2_000;
/** Most items of one session that are shown. */
const MAX_ITEMS = 5_000;

/** All that the page knows; views listen to it. */
class Store {
  readonly rpc: Rpc;
  isOpen = false;
  target: TargetInfo | undefined;
  connection: ConnectionInfo = { state: "connecting" };
  frames: Frame[] = [];
  asks: Ask[] = [];
  rules: Readonly<Record<string, Rule>> = {};
  readonly chats = new Map<string, ChatItem[]>();
  readonly #listeners = new Set<() => void>();
  #scheduled = false;
  #fetching = false;
  #last = 0;
  #arrived = 0;

  constructor() {
    this.rpc = new Rpc((isOpen) => {
      this.isOpen = isOpen;
      if (isOpen) void this.#begin();
      this.changed();
    });
    this.rpc.on("inspector.connection", (connection) => {
      this.connection = connection;
      this.changed();
    });
    this.rpc.on("inspector.ask", (ask) => {
      this.asks = [...this.asks, ask];
      this.changed();
    });
    this.rpc.on("inspector.askEnded", ({ askId }) => {
      this.asks = this.asks.filter((ask) => ask.askId !== askId);
      void this.#readAsks();
    });
    this.rpc.on("inspector.chat", (item) => {
      const items = this.chats.get(item.session) ?? [];
      items.push(item);
      if (items.length > MAX_ITEMS) items.shift();
      this.chats.set(item.session, items);
      this.changed();
    });
    this.rpc.on("inspector.framesArrived", ({ last }) => {
      this.#arrived = last;
      void this.#fetch();
    });
  }

  /** Adds a listener; the result removes it. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Tells the views, at most once for each frame of the screen. */
  changed(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      for (const listener of this.#listeners) listener();
    });
  }

  /** Forgets what is shown, since other frames come in its place. */
  reset(): void {
    this.frames = [];
    this.chats.clear();
    this.changed();
  }

  async #begin(): Promise<void> {
    const { connection, ...target } = await this.rpc.request("inspector.describe", {});
    this.target = target;
    this.connection = connection;
    this.frames = [];
    this.#last = 0;
    await this.#readAsks();
    await this.#fetch();
    this.changed();
  }

  async #readAsks(): Promise<void> {
    const { asks, rules } = await this.rpc.request("inspector.asks", {});
    this.asks = [...asks];
    this.rules = rules;
    this.changed();
  }

  /** Fetches what has arrived, in pieces, so that the page answers meanwhile. */
  async #fetch(): Promise<void> {
    if (this.#fetching) return;
    this.#fetching = true;
    try {
      do {
        const answer = await this.rpc.request("inspector.frames", {
          after: this.#last,
          limit: CHUNK,
        });
        this.#arrived = answer.last;
        // Others took the place of those that are shown.
        if (this.frames.length > 0 && answer.first > this.#last + 1) this.reset();
        if (answer.frames.length === 0) break;
        this.#last = answer.frames.at(-1)?.seq ?? this.#last;
        for (const frame of answer.frames) this.frames.push(frame);
        if (this.frames.length > MAX_FRAMES * 1.1) this.frames = this.frames.slice(-MAX_FRAMES);
        this.changed();
      } while (this.#last < this.#arrived);
    } catch {
      // The connection is gone: it begins anew with the next one.
    } finally {
      this.#fetching = false;
    }
  }
}

/** The one store of the page. */
export const store = new Store();

/** Draws a view again whenever the store changes. */
export function useStore(): Store {
  const [, draw] = useState(0);
  useEffect(() => store.listen(() => draw((count) => count + 1)), []);
  return store;
}
