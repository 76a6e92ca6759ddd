import type { SessionConfigBase } from "./session-config.js";

/** A change of settings that the server has not answered yet. */
export interface ConfigChange {
  /** The server agreed: the settings stay. */
  agree(): void;
  /** It refused: they are taken back, and no others. */
  withdraw(): void;
}

interface Entry {
  config: SessionConfigBase;
}

/**
 * The settings of a session. New ones count from the moment they are proposed, since the server may
 * use them before it answers; one that is refused takes away nothing but itself, whatever was
 * proposed or agreed on meanwhile.
 */
export class ConfigChanges {
  #agreed: Entry;
  /** Proposed and not answered, oldest first. */
  #proposed: Entry[] = [];
  readonly #apply: (config: SessionConfigBase) => void;

  /** @param apply - Called with the settings whenever others are in use. */
  constructor(config: SessionConfigBase, apply: (config: SessionConfigBase) => void) {
    this.#agreed = { config };
    this.#apply = apply;
  }

  /** The settings in use. */
  get current(): SessionConfigBase {
    return (this.#proposed.at(-1) ?? this.#agreed).config;
  }

  /** Takes other settings, for now. */
  propose(config: SessionConfigBase): ConfigChange {
    const entry: Entry = { config };
    this.#change(() => this.#proposed.push(entry));
    const settle = (agreed: boolean) => {
      const at = this.#proposed.indexOf(entry);
      if (at < 0) return;
      this.#change(() => {
        if (agreed) this.#agreed = entry;
        // What was proposed before counts for nothing once the server has agreed to a later one.
        this.#proposed.splice(agreed ? 0 : at, agreed ? at + 1 : 1);
      });
    };
    return { agree: () => settle(true), withdraw: () => settle(false) };
  }

  /** Notes members that the server has changed. */
  patch(members: Partial<SessionConfigBase>): void {
    this.#change(() => {
      for (const entry of [this.#agreed, ...this.#proposed]) {
        entry.config = { ...entry.config, ...members };
      }
    });
  }

  #change(change: () => void): void {
    const before = this.current;
    change();
    if (this.current !== before) this.#apply(this.current);
  }
}
