import type { JsonSchema } from "../schema.js";

/** One way in which published schemas are brought to a common shape. */
export interface Rule {
  readonly name: string;
  /**
   * Gives a node its new shape; its children have theirs already. A node that the rule has nothing
   * to say of is given back itself, and no node is changed in place.
   */
  visit(node: JsonSchema): JsonSchema;
}
