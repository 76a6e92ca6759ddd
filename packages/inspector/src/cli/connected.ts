import { Inspection, type Tell } from "../inspection.js";
import { InspectorError } from "../inspector-error.js";
import type { Target } from "../targets/target.js";

/**
 * Connects to a target without a page. Whatever the server asks is refused.
 *
 * @throws {@link InspectorError} `CONNECT_FAILED`
 */
export async function connected(target: Target, tell: Tell = () => {}): Promise<Inspection> {
  const inspection: Inspection = new Inspection(target, (name, value) => {
    if (name === "inspector.ask") {
      const { askId } = value as { askId: string };
      const refusal = "Nobody is there to answer.";
      queueMicrotask(() => inspection.asks.answer(askId, { refusal }));
    }
    tell(name, value);
  });
  await inspection.connect();
  const { state, error } = inspection.connection;
  if (state === "open") return inspection;
  await inspection.close();
  throw new InspectorError("CONNECT_FAILED", error?.message ?? "There is no connection.", {
    ...(error?.remedy !== undefined && { remedy: error.remedy }),
  });
}
