/** What one slice of load on one side gave. */
export interface Slice {
  requestsPerSecond: number;
  /** CPU time of the process under test, user and system, per request. */
  cpuUsPerRequest: number;
  p50Ms: number;
  p99Ms: number;
}

/**
 * Runs short slices of every side in turn, the order reversed each round (A B, B A, ...), so that a
 * slow spell of the machine or a drift hits all sides alike.
 * @param rounds measured rounds; one more, unmeasured, warms up
 * @returns for each side its slices, index by index from the same round
 */
export async function alternate<Side extends string, T>(
  sides: Record<Side, () => Promise<T>>,
  options: { rounds: number; tick?: () => void },
): Promise<Record<Side, T[]>> {
  const names = Object.keys(sides) as Side[];
  const slices = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<
    Side,
    T[]
  >;
  for (let round = -1; round < options.rounds; round += 1) {
    for (const name of round % 2 === 0 ? names : [...names].reverse()) {
      const slice = await sides[name]();
      if (round >= 0) slices[name].push(slice);
    }
    options.tick?.();
  }
  return slices;
}
