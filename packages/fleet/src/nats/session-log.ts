import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { JetStreamApiError, type JetStreamClient, type JetStreamManager } from "@nats-io/jetstream";
import { storeFailed } from "@stubwright/copilot";

/** What a message of a log is; its first byte. */
const KIND = {
  /** An entry, or its last part. */
  entry: 0x45,
  /** A part of an entry that is larger than a message may be; the others follow. */
  part: 0x50,
  /** The beginning of a lease. */
  fence: 0x46,
  /** What follows, up to `end`, is in place of all before. */
  begin: 0x42,
  end: 0x5a,
} as const;

/** "wrong last sequence": somebody else has written since. */
const WRONG_SEQUENCE = 10_071;

/** What a message takes besides its content, in bytes: subject and headers. */
const OVERHEAD = 4_096;

/** How long to wait for NATS to confirm a write before it is sent again, in milliseconds. */
const ANSWER_MS = 1_000;

/** How long to wait before NATS is tried again, in milliseconds. */
const RETRY_MS = 100;

/** Whether NATS refused a write because something else was written before. */
export function isWrongSequence(error: unknown): boolean {
  return error instanceof JetStreamApiError && error.code === WRONG_SEQUENCE;
}

interface Limits {
  readonly writeWaitMs: number;
  readonly maxPayload: number;
}

/** A message of a log as it was read. */
interface Message {
  readonly seq: number;
  readonly data: Uint8Array;
}

/** The log of one session: the messages of its subject. */
export class SessionLog {
  readonly #js: JetStreamClient;
  readonly #jsm: JetStreamManager;
  readonly #stream: string;
  readonly #subject: string;
  readonly #limits: Limits;
  /** The message that this holder's next one follows. */
  #last = 0;
  /** Part of the id of each message, so that the stream shows who wrote what. */
  #epoch = 0;

  constructor(
    js: JetStreamClient,
    jsm: JetStreamManager,
    stream: string,
    subject: string,
    limits: Limits,
  ) {
    this.#js = js;
    this.#jsm = jsm;
    this.#stream = stream;
    this.#subject = subject;
    this.#limits = limits;
  }

  /** The sequence of the last message; 0 if there is none. */
  async lastSequence(): Promise<number> {
    return (await this.#lastMessage())?.seq ?? 0;
  }

  /** When the last message was written. */
  async modifiedAt(): Promise<Date> {
    return (await this.#lastMessage())?.time ?? new Date(0);
  }

  /** Begins a lease after a message. False if another one has been written since. */
  async fence(after: number, epoch: number): Promise<boolean> {
    this.#last = after;
    this.#epoch = epoch;
    return this.#publish(KIND.fence, Buffer.from(String(epoch)));
  }

  /** Adds an entry. False if another lease has begun. */
  async append(entry: Uint8Array): Promise<boolean> {
    const size = this.#limits.maxPayload - OVERHEAD;
    let at = 0;
    for (; entry.length - at > size; at += size) {
      if (!(await this.#publish(KIND.part, entry.subarray(at, at + size)))) return false;
    }
    return this.#publish(KIND.entry, entry.subarray(at));
  }

  /** Puts entries in place of all. False if another lease has begun. */
  async replace(entries: readonly Uint8Array[]): Promise<boolean> {
    if (!(await this.#publish(KIND.begin, new Uint8Array()))) return false;
    const begin = this.#last;
    for (const entry of entries) if (!(await this.append(entry))) return false;
    if (!(await this.#publish(KIND.end, new Uint8Array()))) return false;
    // What the log is has been decided; what is left of the past only takes room.
    await this.#jsm.streams.purge(this.#stream, { filter: this.#subject, seq: begin });
    return true;
  }

  /** Reads all entries. */
  async read(): Promise<Uint8Array[]> {
    return entriesOf(await this.#messages());
  }

  async #lastMessage() {
    const found = await this.#jsm.streams.getMessage(this.#stream, {
      last_by_subj: this.#subject,
    });
    return found ?? undefined;
  }

  async #messages(): Promise<Message[]> {
    const last = await this.lastSequence();
    if (last === 0) return [];
    const consumer = await this.#js.consumers.get(this.#stream, { filter_subjects: this.#subject });
    const messages: Message[] = [];
    const iterator = await consumer.consume();
    for await (const { seq, data } of iterator) {
      if (seq <= last) messages.push({ seq, data });
      if (seq >= last) break;
    }
    await consumer.delete().catch(() => false);
    return messages;
  }

  /** Publishes after the last message. When NATS does not answer, it is tried again with the same id. */
  async #publish(kind: number, content: Uint8Array): Promise<boolean> {
    const payload = Buffer.concat([Buffer.of(kind), content]);
    const msgID = `${this.#epoch}.${randomUUID()}`;
    const until = performance.now() + this.#limits.writeWaitMs;
    const expect = { lastSubjectSequence: this.#last };
    for (;;) {
      try {
        const options = { msgID, expect, timeout: ANSWER_MS };
        this.#last = (await this.#js.publish(this.#subject, payload, options)).seq;
        return true;
      } catch (error) {
        if (isWrongSequence(error)) return this.#isOurs(msgID);
        if (error instanceof JetStreamApiError || performance.now() >= until) {
          const { message } = error as Error;
          throw storeFailed(`A write to NATS failed: ${message}`, error);
        }
      }
      await sleep(RETRY_MS);
    }
  }

  /** Whether the last message is one that was thought to have failed. */
  async #isOurs(msgID: string): Promise<boolean> {
    const last = await this.#lastMessage();
    if (last?.header.get("Nats-Msg-Id") !== msgID) return false;
    this.#last = last.seq;
    return true;
  }
}

/** What a log's messages say, in the order in which JetStream took them. */
export function entriesOf(messages: readonly Pick<Message, "data">[]): Uint8Array[] {
  let entries: Uint8Array[] = [];
  let replacing: Uint8Array[] | undefined;
  let parts: Uint8Array[] = [];
  for (const { data } of messages) {
    const [kind] = data;
    const content = data.subarray(1);
    if (kind === KIND.part) parts.push(content);
    else if (kind === KIND.entry) {
      (replacing ?? entries).push(parts.length > 0 ? Buffer.concat([...parts, content]) : content);
      parts = [];
    } else if (kind === KIND.begin) replacing = [];
    else if (kind === KIND.end) {
      entries = replacing ?? entries;
      replacing = undefined;
    } else {
      // What an earlier holder did not finish, it will not finish.
      parts = [];
      replacing = undefined;
    }
  }
  return entries;
}
