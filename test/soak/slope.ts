/** A measurement: when, and what. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** How steep the line of least squares through some points is; 0 through one or none. */
export function slopeOf(points: readonly Point[]): number {
  const mean = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const x = mean(points.map((point) => point.x));
  const y = mean(points.map((point) => point.y));
  const up = mean(points.map((point) => (point.x - x) * (point.y - y)));
  const across = mean(points.map((point) => (point.x - x) ** 2));
  return across === 0 ? 0 : up / across;
}
