import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../workspace.mjs";

/** How people use the product. Change these, and run `pnpm generate-docs`. */
export const BEHAVIOUR = {
  /** Of all people, those who use it on a day, and those who are connected at the busiest moment. */
  dailyShare: 0.3,
  connectedShare: 0.1,
  messagesPerDay: 30,
  membersPerMessage: 3,
  inboxesPerDay: 40,
  pagesPerDay: 60,
  /** Typing signals, read markers and the like for each message: requests and notices. */
  signalsPerMessage: 3,
  bytesPerMessage: 700,
  /** How much busier the busiest second is than the average one. */
  peakFactor: 4,
};

/** Dollars in us-east-1, on demand, as published for 2025. Check them before you rely on a sum. */
export const PRICES = {
  millionWriteUnits: 0.625,
  millionReadUnits: 0.125,
  tableGbMonth: 0.25 + 0.2,
  lambdaMillionRequests: 0.2,
  lambdaGbSecond: 0.0000133334,
  taskHour: 0.03238 + 2 * 0.00356,
  postgresHour: 0.129,
  millionEcpus: 0.0023,
  valkeyHour: 0.1 * 0.084,
};

/** Limits of AWS, of `infra`, and what was measured on one machine (docs/operations/monitor.md). */
export const LIMITS = {
  requestsPerTask: 500,
  connectionsPerTask: 10_000,
  tasks: 10,
  tableWriteUnits: 40_000,
  tableReadUnits: 40_000,
  postgresDeliveries: 74_000,
  postgresConnections: 400,
  connectionsOfTask: 11,
  lambdaConcurrency: 1_000,
  lambdaBatchSeconds: 0.25,
  lambdaGb: 0.5,
  partitionWriteUnits: 1_000,
  partitionReadUnits: 3_000,
};

const DAY_SECONDS = 86_400;
const MONTH_DAYS = 30;
const MONTH_HOURS = 730;

/** Units of one operation, from the counts of `pnpm bench units`. */
export function readUnits(): { base: number; perMember: number; page: number; inbox: number } {
  const file = join(root, "benchmarks/results/units.json");
  const { measures }: { measures: { what: string; value: number; detail: string }[] } = JSON.parse(
    readFileSync(file, "utf8"),
  );
  const find = (what: RegExp) => {
    const measure = measures.find((each) => what.test(each.what));
    if (measure === undefined) throw new Error(`${file}: no measure matches ${what}`);
    return measure;
  };
  const written = (what: RegExp) => Number.parseFloat(find(what).detail);
  const [two, fifty] = [written(/one message, 2 members$/), written(/one message, 50 members$/)];
  const perMember = (fifty - two) / 48;
  return {
    base: two - 2 * perMember,
    perMember,
    page: find(/^read units of messages.list/).value,
    inbox: find(/^read units of messageGroups.list/).value,
  };
}

export interface Estimate {
  dollars: Record<
    | "table"
    | "storage after a year"
    | "Lambda"
    | "servers"
    | "Postgres"
    | "live notices over Valkey",
    number
  >;
  tasks: number;
  /** What the busiest second asks of each part, as a share of its limit. */
  load: Record<string, number>;
}

/** What a number of people costs in a month, and which limits their busiest second meets. */
export function estimate(people: number, units = readUnits()): Estimate {
  const b = BEHAVIOUR;
  const active = people * b.dailyShare;
  const perSecond = (aDay: number) => (active * aDay * b.peakFactor) / DAY_SECONDS;
  const messages = perSecond(b.messagesPerDay);
  const requests = perSecond(
    b.messagesPerDay * (1 + b.signalsPerMessage) + b.inboxesPerDay + b.pagesPerDay,
  );
  const writeUnits = units.base + units.perMember * b.membersPerMessage;
  // The guard of a page, and of each message, is one unit.
  const readsPerDay =
    b.inboxesPerDay * units.inbox + b.pagesPerDay * (units.page + 1) + b.messagesPerDay;
  const notices = messages * (1 + b.signalsPerMessage);
  const tasks = Math.max(
    2,
    Math.ceil(requests / LIMITS.requestsPerTask),
    Math.ceil((people * b.connectedShare) / LIMITS.connectionsPerTask),
  );
  const monthly = (aDay: number) => active * aDay * MONTH_DAYS;
  const monthlyMessages = monthly(b.messagesPerDay);
  const invocations = monthlyMessages / Math.min(100, Math.max(1, messages / b.peakFactor));
  const commands = monthlyMessages * (1 + b.signalsPerMessage) * b.membersPerMessage * 2;
  return {
    tasks,
    dollars: {
      table:
        (monthlyMessages * writeUnits * PRICES.millionWriteUnits +
          monthly(readsPerDay) * PRICES.millionReadUnits) /
        1e6,
      "storage after a year":
        ((monthlyMessages * 12 * b.bytesPerMessage) / 1e9) * PRICES.tableGbMonth,
      Lambda:
        (invocations * PRICES.lambdaMillionRequests) / 1e6 +
        invocations * LIMITS.lambdaBatchSeconds * LIMITS.lambdaGb * PRICES.lambdaGbSecond,
      servers: tasks * MONTH_HOURS * PRICES.taskHour,
      Postgres: MONTH_HOURS * PRICES.postgresHour,
      "live notices over Valkey":
        (commands * PRICES.millionEcpus) / 1e6 + MONTH_HOURS * PRICES.valkeyHour,
    },
    load: {
      "writes of the table": (messages * writeUnits) / LIMITS.tableWriteUnits,
      "reads of the table": perSecond(readsPerDay) / LIMITS.tableReadUnits,
      "tasks of the server": tasks / LIMITS.tasks,
      "live notices over Postgres": (notices * tasks) / LIMITS.postgresDeliveries,
      "connections of Postgres": (tasks * LIMITS.connectionsOfTask) / LIMITS.postgresConnections,
      "concurrency of the Lambda":
        ((messages / 100) * LIMITS.lambdaBatchSeconds) / LIMITS.lambdaConcurrency,
    },
  };
}

/**
 * One partition, second by second: messages that arrive at random around a rate, each one write unit,
 * and one strongly consistent read by each server that delivers it.
 * @returns the shares of writes and of reads that DynamoDB refuses at first, without burst capacity
 */
export function simulatePartition(
  messagesPerSecond: number,
  servers: number,
  seconds = 600,
): { writes: number; reads: number } {
  const random = createRandom(1);
  let [messages, refusedWrites, refusedReads] = [0, 0, 0];
  for (let second = 0; second < seconds; second += 1) {
    const arrived = Math.max(0, Math.round(gauss(random, messagesPerSecond)));
    messages += arrived;
    refusedWrites += Math.max(0, arrived - LIMITS.partitionWriteUnits);
    const stored = Math.min(arrived, LIMITS.partitionWriteUnits);
    refusedReads += Math.max(0, stored * servers - LIMITS.partitionReadUnits);
  }
  return { writes: refusedWrites / messages, reads: refusedReads / (messages * servers) };
}

/** Poisson arrivals of so many a second are nearly normal. */
function gauss(random: () => number, mean: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  return mean + Math.sqrt(mean) * radius * Math.cos(2 * Math.PI * random());
}

/** The same numbers at every run, so that the documentation doesn't change by itself. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
