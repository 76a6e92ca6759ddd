/** Types of events that version 1.0.14 of the established SDK does not list. */
export type NewerEventType =
  | "agent.interrupted"
  | "assistant.turn_retry"
  | "model.call_start"
  | "prompt_cache_break"
  | "sandbox.decision"
  | "session.fusion_commit_started"
  | "session.fusion_handoff"
  | "session.memory_changed"
  | "skill.context_delivered"
  | "skill.context_delivered_ref"
  | "skill.invoked_ref";
