import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { BrowserContext } from "playwright-core";
import { afterEach } from "vitest";

/** Beside the package's test report. */
const RECORDS = join(import.meta.dirname, "../test-results/failures");

/** Traces slow down every test, so they are for CI and for the search for a fault. */
const isTracing = Boolean(process.env.TRACE_TESTS);

/**
 * Records what a browser showed when a test fails: a screenshot of every page and, with TRACE_TESTS,
 * a trace for `npx playwright show-trace`. Give it each context that a test opens.
 */
export function keepFailures(): { add(context: BrowserContext): Promise<void> } {
  let opened: BrowserContext[] = [];
  afterEach(async ({ task }) => {
    const contexts = opened;
    opened = [];
    const isFailed = task.result?.state === "fail";
    const name = `${task.file.name} ${task.name}`.replace(/[^\w.]+/g, "-").slice(0, 150);
    // A record must never decide a result.
    const settle = (context: BrowserContext, index: number) =>
      (isFailed ? record(context, join(RECORDS, `${name}-${index + 1}`)) : drop(context)).catch(
        () => undefined,
      );
    await Promise.all(contexts.map(settle));
  });
  return {
    async add(context) {
      opened.push(context);
      if (isTracing) await context.tracing.start({ screenshots: true, snapshots: true });
    },
  };
}

async function drop(context: BrowserContext): Promise<void> {
  if (isTracing) await context.tracing.stop();
}

/** Writes `<base>-page-<n>.png` for each page of the context and, when tracing, `<base>.zip`. */
export async function record(
  context: BrowserContext,
  base: string,
  options: { isTracing: boolean } = { isTracing },
): Promise<void> {
  await mkdir(dirname(base), { recursive: true });
  const pictures = context
    .pages()
    .map((page, index) =>
      page.screenshot({ path: `${base}-page-${index + 1}.png`, timeout: 5_000 }),
    );
  await Promise.allSettled(pictures);
  if (options.isTracing) await context.tracing.stop({ path: `${base}.zip` });
}
