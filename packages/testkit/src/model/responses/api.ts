import type { ModelApi } from "../api.js";
import { completedResponse } from "./answer.js";
import { readResponsesRequest } from "./request.js";
import { responseEvents } from "./stream.js";

/** `POST /responses`. */
export const responsesApi: ModelApi = {
  read: readResponsesRequest,
  body: completedResponse,
  events: responseEvents,
};
