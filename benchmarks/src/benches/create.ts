import type { Bench, Goal, Measure } from "../harness/bench.ts";
import { compareHttp, latencyMeasures, ratioMeasures } from "../harness/compare.ts";
import { createRequests, startEnvironment } from "../harness/environment.ts";
import { pace } from "../harness/pace.ts";
import { createPeers, PEER_NAMES, sidesOf, TABLES } from "../harness/peers.ts";

const ROUNDS = 5;
const least = (value: number): Goal => ({ at: "least", value });
const most = (value: number): Goal => ({ at: "most", value });

const CASES = [
  { table: "instant", members: 2, connections: 1 },
  { table: "instant", members: 2, connections: 16 },
  { table: "instant", members: 2, connections: 128 },
  { table: "slow", members: 2, connections: 1 },
  { table: "engine", members: 2, connections: 16 },
  { table: "engine", members: 50, connections: 16 },
] as const;
const GOALS = { byHand: least(0.7), documented: least(1.5), original: least(1.6) };

export const create: Bench = {
  name: "create",
  question:
    "How does sending to an existing message group compare? The original checks no membership and writes no send claim, and only the product notifies every server.",
  steps: CASES.length * (ROUNDS + 1),
  async run(ctx) {
    const environment = await startEnvironment(ctx);
    const peersOver = createPeers(ctx, environment);
    const cases = pace.isSmoke ? CASES.slice(1, 2) : CASES;
    const measures: Measure[] = [];
    for (const { table, members, connections } of cases) {
      const uuid = members === 2 ? environment.pair : environment.groupOf50;
      const peers = await peersOver(table);
      const slices = await compareHttp(
        sidesOf(peers, (port) => createRequests(environment, port, uuid)),
        { connections, kind: uuid, rounds: ROUNDS, tick: ctx.tick },
      );
      const label = `messages.create over ${TABLES[table]}, ${members} members, ${connections} connection${connections === 1 ? "" : "s"}`;
      for (const name of ["byHand", "documented", "original"] as const) {
        const isJudged = table === "instant" && connections === 16;
        const isQueued = table === "instant" && connections === 128 && name === "byHand";
        measures.push(
          ...ratioMeasures(label, slices.product, slices[name], {
            against: PEER_NAMES[name],
            goals: {
              requests: isJudged ? GOALS[name] : undefined,
              p99: isQueued ? most(1.6) : undefined,
            },
          }),
        );
      }
      if (table === "slow") {
        const goals = { ms: most(12), ratio: most(1.15) };
        const against = PEER_NAMES.byHand;
        measures.push(...latencyMeasures(label, slices.product, slices.byHand, { against, goals }));
      }
    }
    return measures;
  },
};
