/** The result of one slice of load on one side. */
export interface Slice {
  requestsPerSecond: number;
  /** CPU time of the measured process for one request, user and system. */
  cpuUsPerRequest: number;
  p50Ms: number;
  p99Ms: number;
}

/**
 * Runs short slices of all sides in turn and reverses the order in each round (A B, B A and so on),
 * so that slow periods of the machine affect all sides equally.
 * @param options.rounds the number of measured rounds, after one round that is not measured
 * @returns the slices of each side; slices with the same index are from the same round
 */
export async function alternateSides<Side extends string, T>(
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
