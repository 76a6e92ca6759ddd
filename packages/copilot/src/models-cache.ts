import type { ModelInfo } from "./established/model-names.js";

/** The list of models: asked for once, then kept. Callers get copies, so none changes another's. */
export class ModelsCache {
  #models: Promise<ModelInfo[]> | undefined;

  /**
   * Gives the list.
   *
   * @param load - Asks for it; not called while there is one or one is under way. A failure is
   * told to all who wait and not kept.
   */
  async get(load: () => Promise<ModelInfo[]>): Promise<ModelInfo[]> {
    if (!this.#models) {
      const models = load();
      this.#models = models;
      models.catch(() => {
        if (this.#models === models) this.#models = undefined;
      });
    }
    // Not `structuredClone`: it is missing in some test environments. To import it costs a millisecond.
    const { deserialize, serialize } = process.getBuiltinModule("node:v8");
    return deserialize(serialize(await this.#models)) as ModelInfo[];
  }

  /** Forgets the list; what is under way is not kept either. */
  clear(): void {
    this.#models = undefined;
  }
}
