import { channel } from "node:diagnostics_channel";
import type { SessionEventType } from "@stubwright/copilot-protocol";
import { CHANNELS, type Checker, type ProtocolDescriptor } from "@stubwright/rpc";
import {
  type EventHead,
  isLifecycle,
  readEventHead,
  readEventRest,
  startsWith,
} from "./event-bytes.js";
import { knownEventTypes } from "./receive-events.js";
import { countUnread } from "./validation-stats.js";

/** What is known of a recorded event that nobody reads. */
export interface UnreadEvent {
  readonly type: SessionEventType;
  readonly id: string;
  readonly timestamp: string;
}

/** A session, as far as events that nobody reads go. */
export interface UnreadEventSession {
  /** Whether neither the app nor the session itself reads events of a type. */
  leavesUnread(type: string): boolean;
  /** Takes an event of such a type; of ephemeral ones there is nothing to note. */
  passUnread(event: UnreadEvent): void;
}

/** Who reads what of a connection. */
export interface EventReaders {
  /** Whether the app listens to what the published protocol does not have. */
  readsMismatches(): boolean;
  /** Whether the app listens to what becomes of sessions. */
  readsLifecycle(): boolean;
  /** The session of that id, if the client holds it. */
  session(sessionId: string): UnreadEventSession | undefined;
}

const diagnostics = channel(CHANNELS.diagnostic);
/**
 * Makes the filter by which a peer drops events that nobody reads before they are parsed: among them
 * the `model.*` events that the published protocol does not have, half of all bytes that a server sends. Those of
 * unknown types count as such as ever, the others as unread. An app that checks strictly, or listens
 * to mismatches, has all of them parsed.
 */
export function createUnreadFilter(
  checker: Checker,
  protocol: ProtocolDescriptor,
  readers: EventReaders,
): (body: Buffer) => boolean {
  const { incoming, methods = {} } = checker.policy;
  const known = knownEventTypes(protocol);
  const strict = incoming === "strict" || Object.keys(methods).length > 0;
  /** How events begin that came twice in a row and are read: the next one mostly does so, too. */
  let usual: { readonly start: Buffer; readonly isRead: () => boolean } | undefined;
  let last: EventHead | undefined;
  const skipped = { unread: 0 };
  countUnread(checker, skipped);
  return (body) => {
    if (usual && startsWith(body, usual.start) && usual.isRead()) return true;
    if (readers.readsMismatches() || diagnostics.hasSubscribers) return true;
    const head = readEventHead(body);
    if (!head) {
      if (strict || readers.readsLifecycle() || !isLifecycle(body)) return true;
      skipped.unread++;
      return false;
    }
    const { type } = head;
    if (!known.has(type)) {
      // Those of other unknown types are rare, and news.
      if (!type.startsWith("model.") || !readEventRest(body, head)) return true;
      checker.countUnknown();
      return false;
    }
    if (strict) return true;
    const session = readers.session(head.sessionId);
    if (!session) return true;
    if (!session.leavesUnread(type)) {
      if (last?.type === type && last.sessionId === head.sessionId) {
        const isRead = () => !session.leavesUnread(type);
        usual = { start: Buffer.from(body.subarray(0, head.end)), isRead };
      }
      last = head;
      return true;
    }
    const rest = readEventRest(body, head);
    if (!rest) return true;
    const { ephemeral, id, timestamp } = rest;
    if (!ephemeral) {
      if (id === undefined || timestamp === undefined) return true;
      session.passUnread({ type: type as SessionEventType, id, timestamp });
    }
    skipped.unread++;
    return false;
  };
}
