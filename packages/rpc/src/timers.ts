/** About 24 days. */
const MAX_TIMER_MS = 2_147_483_647;

/** The time that a timer is set to, in milliseconds: a longer one than it can be would be 1 ms. */
export function timerMs(ms: number): number {
  return Math.min(ms, MAX_TIMER_MS);
}
