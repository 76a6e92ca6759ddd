/** How much a model thinks; each supports some. */
export type ReasoningEffort = "low" | "medium" | "high" | "xhigh" | "max";
