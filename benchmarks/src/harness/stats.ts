/** A median with its quartiles. */
export interface Spread {
  median: number;
  low: number;
  high: number;
}

/** The interpolated value below which `share` (0 to 1) of the sorted values are. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  if (sorted.length === 0) throw new RangeError("no values");
  const position = (sorted.length - 1) * share;
  const lower = sorted[Math.floor(position)] ?? 0;
  const upper = sorted[Math.ceil(position)] ?? lower;
  return lower + (upper - lower) * (position - Math.floor(position));
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  return {
    median: quantile(sorted, 0.5),
    low: quantile(sorted, 0.25),
    high: quantile(sorted, 0.75),
  };
}

/**
 * The spread of a/b for each pair. Slices that ran after one another had the same noise, so that
 * their ratio varies less than their values.
 */
export function pairedRatio(a: readonly number[], b: readonly number[]): Spread {
  if (a.length !== b.length) throw new RangeError("pairs need as many of A as of B");
  return spread(a.map((value, index) => value / (b[index] ?? Number.NaN)));
}
