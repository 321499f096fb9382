import { execFile } from "node:child_process";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { bundleOptions } from "@cruddur/lambda-stream/bundle";
import { build } from "esbuild";
import { alternateSides } from "../harness/alternate-sides.ts";
import type { Bench } from "../harness/bench.ts";
import { pairedRatio, spread } from "../harness/stats.ts";

const ROUNDS = 11;
const run = promisify(execFile);

/** The time to import the bundle in a new process, in ms. */
async function importMs(file: string): Promise<number> {
  const code = `const t=performance.now();await import(${JSON.stringify(pathToFileURL(file).href)});console.log(performance.now()-t);process.exit()`;
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", code], {
    env: {
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
      DEAD_LETTER_QUEUE_URL: "https://sqs.us-east-1.amazonaws.com/000000000000/dead-letters",
      MESSAGES_TABLE: "cruddur-messages",
    },
  });
  return Number(stdout.trim().split("\n").at(-1));
}

export const lambda: Bench = {
  name: "lambda",
  question: "How large is the stream Lambda, and how long does a cold start take to load it?",
  steps: ROUNDS + 2,
  async run(ctx) {
    const folder = await mkdtemp(join(tmpdir(), "cruddur-bench-"));
    ctx.defer(() => rm(folder, { recursive: true, force: true }));
    const ours = join(folder, "product.mjs");
    const plain = join(folder, "default.mjs");
    await build({ ...bundleOptions, outfile: ours });
    await build({
      entryPoints: bundleOptions.entryPoints,
      outfile: plain,
      bundle: true,
      platform: "node",
      format: "esm",
      // The default bundle does not load without the banner.
      banner: bundleOptions.banner,
    });
    ctx.tick();
    const slices = await alternateSides(
      { ours: () => importMs(ours), plain: () => importMs(plain) },
      { rounds: ROUNDS, tick: ctx.tick },
    );
    const [size, plainSize] = [(await stat(ours)).size / 1000, (await stat(plain)).size / 1000];
    const ms = (values: number[]) => Math.round(spread(values).median);
    return [
      {
        what: "bundle",
        value: Math.round(size),
        unit: "kB",
        goal: { at: "most", value: 350 },
        detail: `a default esbuild bundle has ${Math.round(plainSize)} kB`,
      },
      {
        what: "cold module load against a default esbuild bundle",
        value: pairedRatio(slices.ours, slices.plain),
        unit: "times",
        goal: { at: "most", value: 0.6 },
        detail: `${ms(slices.ours)} against ${ms(slices.plain)} ms, each in a new process`,
      },
    ];
  },
};
