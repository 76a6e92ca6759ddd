import type { Model } from "@stubwright/copilot-protocol";
import type { ReasoningEffort } from "../session/reasoning-effort.js";

// Models, as the established SDK's types have them.

/** What a model can do, and how much it takes. */
export interface ModelCapabilities {
  /** What the server leaves out, the model cannot do. */
  supports: { vision: boolean; reasoningEffort: boolean };
  /** Servers may leave limits out. */
  limits: {
    max_prompt_tokens?: number;
    max_output_tokens?: number;
    max_context_window_tokens: number;
    vision?: {
      supported_media_types: string[];
      max_prompt_images: number;
      max_prompt_image_size: number;
    };
  };
}

/** Whether a model may be used. */
export interface ModelPolicy {
  state: "enabled" | "disabled" | "unconfigured";
  /** Empty if the server tells none. */
  terms: string;
}

/** A model that can be chosen. */
export interface ModelInfo
  extends Omit<
    Model,
    "capabilities" | "policy" | "supportedReasoningEfforts" | "defaultReasoningEffort"
  > {
  capabilities: ModelCapabilities;
  policy?: ModelPolicy;
  supportedReasoningEfforts?: ReasoningEffort[];
  defaultReasoningEffort?: ReasoningEffort;
}

/** A model of a server, with what the server may leave out. */
export function toModelInfo(model: Model): ModelInfo {
  const { capabilities, policy } = model;
  return {
    ...model,
    capabilities: {
      ...capabilities,
      supports: { vision: false, reasoningEffort: false, ...capabilities?.supports },
      limits: { ...capabilities?.limits },
    },
    ...(policy && { policy: { ...policy, terms: policy.terms ?? "" } }),
  } as ModelInfo;
}
