/**
 * What a {@link Transport} reports. Methods are called in order, and never after `close`.
 */
export interface TransportSink {
  /**
   * Bytes arrived. The chunk is the sink's to keep; its borders carry no meaning.
   */
  data(chunk: Uint8Array): void;
  /** After {@link Transport.write} returned false: the buffer has emptied, go on writing. */
  drain(): void;
  /**
   * The other side ended its writing (half-close): no `data` follows, but it may still read what is
   * written. The transport stays open until {@link Transport.close}, which the sink owes it, or
   * until it breaks, which `close` tells. Called at most once. A sink without this method gets
   * `close` with the same cause, and the transport closes itself.
   *
   * @param cause - What open calls fail with, since no answer can come any more.
   */
  end?(cause: Error): void;
  /**
   * The transport ended; nothing more will arrive and writes are lost.
   *
   * @param cause - Why, when it was not asked for: an exit, a lost connection, a failed write.
   */
  close(cause?: Error): void;
}

/**
 * A two-way byte stream, the one seam between the peer and the outside.
 */
export interface Transport {
  /** Connects the sink and starts delivery. Called once, before the first write. */
  open(sink: TransportSink): void;
  /**
   * Queues bytes, in order.
   *
   * @returns False when the caller should wait for {@link TransportSink.drain} before it writes more.
   */
  write(chunk: Uint8Array): boolean;
  /**
   * Ends the stream after what was written; idempotent.
   *
   * @returns When nothing of it is left: stream, process, timer or listener.
   */
  close(): Promise<void>;
}
