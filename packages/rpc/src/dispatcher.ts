// What is used of json-rpc-2.0, in a module of its own: a bundle that answers no requests leaves it out.
export {
  createJSONRPCErrorResponse,
  createJSONRPCRequest,
  JSONRPCErrorException,
  type JSONRPCResponse,
} from "json-rpc-2.0/dist/models.js";
export { JSONRPCServer } from "json-rpc-2.0/dist/server.js";
