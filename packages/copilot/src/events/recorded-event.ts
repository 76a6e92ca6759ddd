/**
 * A recorded event. Records outlive versions and may be damaged, so nothing of its data is sure:
 * every member is read with a function of this file.
 */
export interface RecordedEvent {
  readonly id: string;
  readonly type: string;
  readonly timestamp: string;
  readonly agentId: string | undefined;
  readonly data: unknown;
}

/** Reads an entry of a record; undefined for what is no event, and for ephemeral ones. */
export function toRecordedEvent(entry: unknown): RecordedEvent | undefined {
  const id = text(entry, "id");
  const type = text(entry, "type");
  if (id === undefined || type === undefined || member(entry, "ephemeral") === true)
    return undefined;
  const timestamp = text(entry, "timestamp") ?? "";
  return { id, type, timestamp, agentId: text(entry, "agentId"), data: member(entry, "data") };
}

/** A member of a value that may have any shape. */
export function member(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}

/** A member that is text; undefined for any other. */
export function text(value: unknown, name: string): string | undefined {
  const found = member(value, name);
  return typeof found === "string" ? found : undefined;
}
