import { applicableFaults, type FaultKind, refusal, type TableRequest } from "./faults.ts";
import type { Interleaver } from "./interleaver.ts";

/** The process that used this client has died; nothing it sends reaches the table any more. */
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

/** Earlier answers of index Queries, shared by all who ask one table, as the index is. */
export class IndexAnswers {
  readonly #answers = new Map<string, string[]>();

  record(request: TableRequest, answer: string): void {
    const key = JSON.stringify(request.input);
    const answers = this.#answers.get(key);
    if (answers) answers.push(answer);
    else this.#answers.set(key, [answer]);
  }

  /** An answer this Query may have had seconds ago; before the first one, an empty index. */
  stale(request: TableRequest, choice: number): string {
    const answers = this.#answers.get(JSON.stringify(request.input)) ?? [];
    return answers[choice % (answers.length + 1)] ?? '{"Items":[],"Count":0,"ScannedCount":0}';
  }
}

/** What stands between a client and its table, and does to its requests what networks do. */
export class FaultyTable {
  /** Dies right after this many more writes; null for never. */
  crashAfterWrites: number | null = null;
  interleaver: Interleaver | null = null;
  /** Changes a request on its way, for example to leave a guard out. */
  rewrite: ((request: TableRequest) => TableRequest) | null = null;
  /** Changes an answer on its way back, as JSON. */
  rewriteAnswer: ((body: string) => string) | null = null;
  readonly #indexAnswers: IndexAnswers;
  readonly #onFault: (kind: FaultKind | "crash") => void;
  /** Writes the client has given up, which reach the table after its next request. */
  #late: (() => Promise<unknown>)[] = [];
  #plan: readonly number[] = [];
  #taken = 0;

  constructor(options: {
    indexAnswers: IndexAnswers;
    /** Told of every fault that was injected. */
    onFault: (kind: FaultKind | "crash") => void;
  }) {
    this.#indexAnswers = options.indexAnswers;
    this.#onFault = options.onFault;
  }

  /** Faults to come, one number a request, 0 for none; when used up, the table behaves. */
  set plan(plan: readonly number[]) {
    this.#plan = plan;
    this.#taken = 0;
  }

  /** @param send reaches the table. Throws what a broken connection throws. */
  async handle(asked: TableRequest, send: Send): Promise<TableAnswer> {
    const request = this.rewrite ? this.rewrite(asked) : asked;
    const choice = this.#plan[this.#taken++] ?? 0;
    const kinds = applicableFaults(request);
    const kind = choice === 0 ? null : (kinds[(choice - 1) % kinds.length] ?? null);
    const pass: Send = (sent) => {
      const write = () => this.#pass(sent, send);
      return this.interleaver ? this.interleaver.run(write) : write();
    };
    const late = this.#late.splice(0);
    try {
      if (kind === null) return await pass(request);
      this.#onFault(kind);
      return await this.#inject(kind, request, choice, pass);
    } finally {
      await runAll(late);
    }
  }

  /** Lets the writes that are still on their way arrive. */
  async flush(): Promise<void> {
    await runAll(this.#late.splice(0));
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
    if (kind === "written_late") this.#late.push(() => pass(request));
    const { statusCode, body, error } = refusal(kind, request);
    if (error) throw error;
    return { statusCode, body: JSON.stringify(body) };
  }
}

/** Nobody waits for the answers any more. */
async function runAll(late: readonly (() => Promise<unknown>)[]): Promise<void> {
  for (const write of late) await write().catch(() => undefined);
}

/** Sends some keys of a BatchGetItem and hands the rest back unprocessed, which a 200 may do. */
async function sendPart(request: TableRequest, choice: number, pass: Send): Promise<TableAnswer> {
  const asked = request.input.RequestItems as Record<string, { Keys: unknown[] }>;
  const [[table, { Keys }] = ["", { Keys: [] }]] = Object.entries(asked);
  const kept = choice % Math.max(1, Keys.length);
  const part = (keys: unknown[]) => ({ [table]: { ...asked[table], Keys: keys } });
  const UnprocessedKeys = part(Keys.slice(kept));
  if (kept === 0) {
    return { statusCode: 200, body: JSON.stringify({ Responses: {}, UnprocessedKeys }) };
  }
  const input = { ...request.input, RequestItems: part(Keys.slice(0, kept)) };
  const { statusCode, body } = await pass({ ...request, input });
  return { statusCode, body: JSON.stringify({ ...JSON.parse(body), UnprocessedKeys }) };
}
