/**
 * A JSON-RPC 2.0 peer over byte streams: framing, calls, transports, stubs and checks.
 *
 * @module @stubwright/rpc
 */
export type { CallOptions } from "./call-options.js";
export {
  acpCancel,
  type CancelledCall,
  type CancelProtocol,
  lspCancel,
  mcpCancel,
} from "./cancel.js";
export {
  type CallEvent,
  CHANNELS,
  type FrameEvent,
  type HandlerEvent,
  type MismatchEvent,
  type PeerLike,
  type StateEvent,
  type TracedEvent,
} from "./channels.js";
export {
  Checker,
  type ValidationMode,
  type ValidationModes,
  type ValidationPolicy,
  type ValidationStats,
  type ValueRole,
} from "./checker.js";
export { Client } from "./client.js";
export type { Caller, ClientLimits, ClientOptions } from "./client-options.js";
export {
  INTERNAL_ERROR,
  INVALID_PARAMS,
  INVALID_REQUEST,
  METHOD_NOT_FOUND,
  PARSE_ERROR,
  REQUEST_CANCELLED,
  SERVER_BUSY,
} from "./codes.js";
export type {
  MethodDescriptor,
  ProtocolDescriptor,
  UnionDescriptor,
  WireDescriptor,
} from "./descriptor.js";
export type { Diagnostic, DiagnosticListener } from "./diagnostics.js";
export {
  AbortedError,
  ConnectionClosedError,
  type ErrorAnswer,
  FrameError,
  ProcessExitError,
  ResponseError,
  RpcError,
  type RpcErrorCode,
  TimeoutError,
  ValidationError,
} from "./errors.js";
export { contentLength } from "./framing/content-length.js";
export {
  DEFAULT_FRAME_LIMITS,
  encodeFrame,
  type FrameDecoder,
  type FrameLimits,
  type Framing,
  type OversizedFrame,
} from "./framing/framing.js";
export { ndjson } from "./framing/ndjson.js";
export { type ResolveHandlers, registerHandlers } from "./handlers.js";
export type { RequestHandler } from "./incoming.js";
export type {
  IncomingMessage,
  Interceptor,
  Next,
  OutgoingMessage,
} from "./interceptors.js";
export type { MessageId } from "./message.js";
export type { NotificationHandler } from "./notifications.js";
export { Peer } from "./peer.js";
export type { PeerLimits, PeerOptions } from "./peer-options.js";
export {
  lspProgress,
  mcpProgress,
  type ProgressKind,
  type ProgressProtocol,
  type ProgressToken,
} from "./progress.js";
export { type ReportedCall, withPartialResults, withProgress } from "./reported-call.js";
export type { RequestContext } from "./running-request.js";
export { createStub, type StubOptions } from "./stub.js";
export type { Transport, TransportSink } from "./transport.js";
export { type ProcessTransport, spawnTransport } from "./transports/child-process.js";
export {
  type MemoryTransport,
  type MemoryTransportOptions,
  memoryTransportPair,
} from "./transports/memory.js";
export type { ProcessExit, SpawnOptions } from "./transports/spawn-options.js";
export {
  type SpawnedProcess,
  spawnProcess,
  type WaitForLineOptions,
} from "./transports/spawn-process.js";
export { type StreamTransportOptions, streamTransport } from "./transports/streams.js";
export { connectTcp, type TcpOptions } from "./transports/tcp.js";
export { createUnionCheck, type UnionVerdict } from "./union.js";
export { createUnionParser, type ParsedUnion, type UnionParser } from "./union-parser.js";
export type { Validate, ValidationForm, ValidationIssue, ValidatorSource } from "./validation.js";
export { wireOptions } from "./wire.js";
