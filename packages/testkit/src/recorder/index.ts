export { MASK } from "@stubwright/rpc/internal";
export { maskSecrets } from "./mask.js";
export { type RecordOptions, recordTransport } from "./record.js";
export {
  loadRecording,
  parseRecording,
  type RecordedMessage,
  type WireMessage,
} from "./recording.js";
export { type ReplayOptions, type ReplayTransport, replayTransport } from "./replay.js";
