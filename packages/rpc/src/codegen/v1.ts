/**
 * Contract 1 between generated code and the runtime: all that generated code imports, besides
 * `createValidators` of `@stubwright/rpc/validators`. Programs import from `@stubwright/rpc`.
 *
 * @module @stubwright/rpc/codegen/v1
 */
export type { CallOptions } from "../call-options.js";
export type { Caller } from "../client-options.js";
export type { ProtocolDescriptor } from "../descriptor.js";
export { ResponseError } from "../errors.js";
export { registerHandlers } from "../handlers.js";
export type { Peer } from "../peer.js";
export type { RequestContext } from "../running-request.js";
export { createStub } from "../stub.js";
export { createUnionParser, type UnionParser } from "../union-parser.js";
export type { ValidatorSource } from "../validation.js";
