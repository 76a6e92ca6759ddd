/** How a worker is. */
export interface WorkerStats {
  readonly name: string;
  readonly state: "up" | "draining" | "stopped";
  /** Whether it is connected to NATS. */
  readonly natsUp: boolean;
  readonly runtimes: number;
  readonly links: number;
  readonly sessions: number;
  /** Sessions in which a turn is under way. */
  readonly busy: number;
  /** Links that it has served, since it started. */
  readonly linksTotal: number;
  /** Runtimes that ended by themselves, since it started. */
  readonly runtimesLost: number;
  /** Writes that the store refused because another worker has the session. */
  readonly writesRefused: number;
}
