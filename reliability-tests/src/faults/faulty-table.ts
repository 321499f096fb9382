import type { RequestScheduler } from "../request-scheduler.ts";
import { applicableFaults, type FaultKind, refusal, type TableRequest } from "./faults.ts";

/** The process that used the client has crashed: none of its later requests reaches the table. */
class CrashError extends Error {
  override readonly name = "CrashError";
}

export interface TableAnswer {
  statusCode: number;
  body: string;
}

type Send = (request: TableRequest) => Promise<TableAnswer>;

const WRITES = new Set([
  "PutItem",
  "UpdateItem",
  "DeleteItem",
  "TransactWriteItems",
  "BatchWriteItem",
]);

/** The earlier answers of each index Query, shared by all clients of one table. */
export class IndexAnswers {
  readonly #answers = new Map<string, string[]>();

  record(request: TableRequest, answer: string): void {
    const key = JSON.stringify(request.input);
    const answers = this.#answers.get(key);
    if (answers) answers.push(answer);
    else this.#answers.set(key, [answer]);
  }

  /** An earlier answer of the same Query, or the answer of an empty index. */
  stale(request: TableRequest, choice: number): string {
    const answers = this.#answers.get(JSON.stringify(request.input)) ?? [];
    return answers[choice % (answers.length + 1)] ?? '{"Items":[],"Count":0,"ScannedCount":0}';
  }
}

/** Stands between a client and its table, and injects the faults of a plan into the requests. */
export class FaultyTable {
  /** The client's process crashes after this many more writes; null means never. */
  crashAfterWrites: number | null = null;
  /** Decides the order of concurrent requests; null means the order of their arrival. */
  scheduler: RequestScheduler | null = null;
  /** Changes a request before it is sent, for example to remove a condition. */
  rewrite: ((request: TableRequest) => TableRequest) | null = null;
  /** Changes the JSON of an answer before the client receives it. */
  rewriteAnswer: ((body: string) => string) | null = null;
  readonly #indexAnswers: IndexAnswers;
  readonly #onFault: (kind: FaultKind | "crash") => void;
  /** Writes that the client has given up and that reach the table after its next request. */
  #lateWrites: (() => Promise<unknown>)[] = [];
  #plan: readonly number[] = [];
  #position = 0;

  /** @param onFault called for every fault that is injected */
  constructor(indexAnswers: IndexAnswers, onFault: (kind: FaultKind | "crash") => void) {
    this.#indexAnswers = indexAnswers;
    this.#onFault = onFault;
  }

  /** The faults of the next requests, one number each, 0 for none. Later requests meet no fault. */
  set plan(plan: readonly number[]) {
    this.#plan = plan;
    this.#position = 0;
  }

  /**
   * Sends a request with the next fault of the plan. Throws what a lost connection throws.
   * @param send reaches the table
   */
  async handle(requested: TableRequest, send: Send): Promise<TableAnswer> {
    const request = this.rewrite ? this.rewrite(requested) : requested;
    const choice = this.#plan[this.#position++] ?? 0;
    const kinds = applicableFaults(request);
    const kind = choice === 0 ? null : (kinds[(choice - 1) % kinds.length] ?? null);
    const pass: Send = (sent) => {
      const write = () => this.#pass(sent, send);
      return this.scheduler ? this.scheduler.run(write) : write();
    };
    const lateWrites = this.#lateWrites.splice(0);
    try {
      if (kind === null) return await pass(request);
      this.#onFault(kind);
      return await this.#inject(kind, request, choice, pass);
    } finally {
      await runAll(lateWrites);
    }
  }

  /** Executes the writes that the client has given up and that have not reached the table yet. */
  async flush(): Promise<void> {
    await runAll(this.#lateWrites.splice(0));
  }

  async #pass(request: TableRequest, send: Send): Promise<TableAnswer> {
    if (this.crashAfterWrites !== null && this.crashAfterWrites <= 0) throw new CrashError();
    const answer = await send(request);
    if (this.rewriteAnswer) answer.body = this.rewriteAnswer(answer.body);
    if (WRITES.has(request.operation) && this.crashAfterWrites !== null) {
      this.crashAfterWrites -= 1;
      if (this.crashAfterWrites <= 0) {
        this.#onFault("crash");
        throw new CrashError();
      }
    }
    if (request.input.IndexName && answer.statusCode === 200) {
      this.#indexAnswers.record(request, answer.body);
    }
    return answer;
  }

  async #inject(
    kind: FaultKind,
    request: TableRequest,
    choice: number,
    pass: Send,
  ): Promise<TableAnswer> {
    if (kind === "stale_index") {
      return { statusCode: 200, body: this.#indexAnswers.stale(request, choice) };
    }
    if (kind === "unprocessed") return sendPart(request, choice, pass);
    if (kind.endsWith("_after_write")) await pass(request);
    if (kind === "written_late") this.#lateWrites.push(() => pass(request));
    const { statusCode, body, error } = refusal(kind, request);
    if (error) throw error;
    return { statusCode, body: JSON.stringify(body) };
  }
}

/** Ignores the outcome, since no client waits for it. */
async function runAll(lateWrites: readonly (() => Promise<unknown>)[]): Promise<void> {
  for (const write of lateWrites) await write().catch(() => undefined);
}

/** Sends a part of a BatchGetItem and answers with 200 and the other keys unprocessed. */
async function sendPart(request: TableRequest, choice: number, pass: Send): Promise<TableAnswer> {
  const requested = request.input.RequestItems as Record<string, { Keys: unknown[] }>;
  const [[table, { Keys }] = ["", { Keys: [] }]] = Object.entries(requested);
  const sentCount = choice % Math.max(1, Keys.length);
  const part = (keys: unknown[]) => ({ [table]: { ...requested[table], Keys: keys } });
  const UnprocessedKeys = part(Keys.slice(sentCount));
  if (sentCount === 0) {
    return { statusCode: 200, body: JSON.stringify({ Responses: {}, UnprocessedKeys }) };
  }
  const input = { ...request.input, RequestItems: part(Keys.slice(0, sentCount)) };
  const { statusCode, body } = await pass({ ...request, input });
  return { statusCode, body: JSON.stringify({ ...JSON.parse(body), UnprocessedKeys }) };
}
