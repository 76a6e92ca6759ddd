import type { ModelApi } from "../api.js";
import { completionBody } from "./answer.js";
import { readCompletionRequest } from "./request.js";
import { completionEvents } from "./stream.js";

/** `POST /chat/completions`. */
export const completionsApi: ModelApi = {
  read: readCompletionRequest,
  body: completionBody,
  events: completionEvents,
};
