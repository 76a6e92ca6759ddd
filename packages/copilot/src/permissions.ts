import type {
  PermissionDecision,
  PermissionRequest,
  PermissionRequestedData,
} from "@stubwright/copilot-protocol";

/** Decides whether the agent may do what it asks for. */
export type PermissionHandler = (
  request: PermissionRequest,
  invocation: { readonly sessionId: string },
) => PermissionDecision | Promise<PermissionDecision>;

/** Allows everything, once. For programs that trust the model and the tools they offer. */
export const approveAll: PermissionHandler = () => ({ kind: "approve-once" });

/**
 * Asks the handler. Without one, or when it throws, the answer is no: nobody could be asked.
 *
 * @param onError - Told of what the handler threw.
 */
export async function decide(
  handler: PermissionHandler | undefined,
  sessionId: string,
  data: PermissionRequestedData,
  onError: (error: unknown) => void,
): Promise<PermissionDecision> {
  try {
    if (handler) return await handler(data.permissionRequest, { sessionId });
  } catch (error) {
    onError(error);
  }
  return { kind: "user-not-available" };
}
