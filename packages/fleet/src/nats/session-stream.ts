import { DiscardPolicy, jetstreamManager, RetentionPolicy, StorageType } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { type SessionKey, storeFailed } from "@stubwright/copilot";

/** The version of what is in the stream, which its description says. */
const VERSION = "stubwright sessions, format 1";

/** The stream of all sessions. */
export interface SessionStream {
  readonly stream: string;
  /** The subject of a session's log. */
  subject(key: SessionKey): string;
}

/**
 * Makes the stream of sessions, or finds it.
 *
 * @throws `CopilotError` `STORE_FAILED` without JetStream, or if it is of another version.
 */
export async function openStream(
  nats: NatsConnection,
  {
    prefix,
    replicas,
    maxBytes,
  }: { readonly prefix: string; readonly replicas: number; readonly maxBytes?: number },
): Promise<SessionStream> {
  const stream = `${prefix}-sessions`;
  const subject = ({ tenant, sessionId }: SessionKey) => `${prefix}.log.${tenant}.${sessionId}`;
  try {
    const jsm = await jetstreamManager(nats);
    const found = await jsm.streams.info(stream).catch(() => undefined);
    if (!found) {
      await jsm.streams.add({
        name: stream,
        description: VERSION,
        subjects: [`${prefix}.log.*.*`],
        storage: StorageType.File,
        retention: RetentionPolicy.Limits,
        // A full store refuses writes; it never forgets old ones.
        discard: DiscardPolicy.New,
        num_replicas: replicas,
        ...(maxBytes !== undefined && { max_bytes: maxBytes }),
      });
    } else if (found.config.description !== VERSION) {
      throw storeFailed(
        `The stream ${stream} is of another version: it says ${JSON.stringify(found.config.description ?? "")}, and this is ${JSON.stringify(VERSION)}. Use another prefix, or the version of @stubwright/fleet that made it.`,
      );
    }
  } catch (error) {
    if ((error as { code?: unknown }).code === "STORE_FAILED") throw error;
    const { message } = error as Error;
    throw storeFailed(
      `The NATS server has no JetStream that can be used (start it with -js): ${message}`,
      error,
    );
  }
  return { stream, subject };
}
