/**
 * An error, in the form that the API gives errors.
 *
 * @param retry - Whether to tell the caller that it should, or should not, repeat the request.
 */
export function errorResponse(status: number, message: string, retry?: boolean): Response {
  const body = { error: { message, type: "scripted_error", code: null } };
  const headers = retry === undefined ? undefined : { "x-should-retry": String(retry) };
  return Response.json(body, { status, ...(headers && { headers }) });
}
