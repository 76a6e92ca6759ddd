/** JSON-RPC: the text is not JSON. */
export const PARSE_ERROR = -32700;
/** JSON-RPC: the JSON is not a request. */
export const INVALID_REQUEST = -32600;
/** JSON-RPC: nobody answers this method. */
export const METHOD_NOT_FOUND = -32601;
/** JSON-RPC: the params do not fit the method. */
export const INVALID_PARAMS = -32602;
/** JSON-RPC: anything else. */
export const INTERNAL_ERROR = -32603;
/** Language Server Protocol: the caller cancelled the request. */
export const REQUEST_CANCELLED = -32800;
/** Ours: too many requests are open at once. */
export const SERVER_BUSY = -32000;
