import type { Bench, Goal, Measure } from "../harness/bench.ts";
import { compareHttp, latencyMeasures, ratioMeasures } from "../harness/compare.ts";
import { queryRequest, startEnvironment } from "../harness/environment.ts";
import { pace } from "../harness/pace.ts";
import { compareAnswers, createPeers, PEER_NAMES, sidesOf, TABLES } from "../harness/peers.ts";

const ROUNDS = 5;
const least = (value: number): Goal => ({ at: "least", value });
const most = (value: number): Goal => ({ at: "most", value });

/** What is compared over which table. Goals apply to 16 connections, p99 to 128, and latency to one. */
const CASES = [
  { table: "instant", connections: 1 },
  { table: "instant", connections: 16 },
  { table: "instant", connections: 128 },
  { table: "slow", connections: 1 },
  { table: "slow", connections: 16 },
  { table: "engine", connections: 16 },
] as const;
const GOALS = { byHand: least(0.7), documented: least(3), original: least(5) };

export const fullPath: Bench = {
  name: "full-path",
  question:
    "How does a list compare with the limit, with what a user would pick instead, and with the original, including token, user, table and validation?",
  steps: 2 * CASES.length * (ROUNDS + 1),
  async run(ctx) {
    const environment = await startEnvironment(ctx);
    const peersOver = createPeers(ctx, environment);
    const cases = pace.isSmoke ? CASES.slice(1, 2) : CASES;
    const lists = [
      { path: "messages.list", input: { message_group_uuid: environment.pair } },
      { path: "messageGroups.list", input: {} },
    ];
    const measures: Measure[] = [];
    for (const { path, input } of lists) {
      for (const { table, connections } of cases) {
        const peers = await peersOver(table);
        await compareAnswers(environment, peers, path, input);
        const slices = await compareHttp(
          sidesOf(peers, (port) => queryRequest(environment, port, path, input)),
          { connections, kind: path, rounds: ROUNDS, tick: ctx.tick },
        );
        const label = `${path} over ${TABLES[table]}, ${connections} connection${connections === 1 ? "" : "s"}`;
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
        if (table === "slow" && connections === 1) {
          const goals = { ms: most(6.5), ratio: most(1.15) };
          const against = PEER_NAMES.byHand;
          measures.push(
            ...latencyMeasures(label, slices.product, slices.byHand, { against, goals }),
          );
        }
      }
    }
    return measures;
  },
};
