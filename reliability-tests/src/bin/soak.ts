import { runCli } from "@cruddur/command-line/program";
import { createProgress } from "@cruddur/command-line/progress";
import { Command, InvalidArgumentError } from "commander";
import { killUnderLoad } from "../kill-stack.ts";

interface Options {
  minutes: number;
  pause: number;
  seed: number;
}

const positive = (value: string): number => {
  const number = Number(value);
  if (!(number > 0)) throw new InvalidArgumentError("not a positive number");
  return number;
};

async function soak({ minutes, pause, seed }: Options): Promise<void> {
  const seconds = Math.round(minutes * 60);
  const progress = createProgress("soak, seconds", seconds);
  const ticker = setInterval(() => progress.add(), 1_000);
  try {
    const figures = await killUnderLoad({
      durationMs: seconds * 1_000,
      pauseMs: pause * 1_000,
      seed,
      onKill: (victims, acknowledged) => {
        if (process.stderr.isTTY) return;
        console.error(`killed ${victims.join(", ")} after ${acknowledged} messages`);
      },
    });
    progress.stop();
    console.log(JSON.stringify(figures, null, 2));
    const { missing, doubled, inboxRowsWrong, unreadWrong } = figures;
    if (missing + doubled + inboxRowsWrong + unreadWrong > 0) {
      throw new Error("something was lost or doubled: see the figures");
    }
  } finally {
    clearInterval(ticker);
    progress.stop();
  }
}

const program = new Command("soak")
  .description(
    "Starts a stack of its own, kills its server, stream worker, engine and Postgres in turn and " +
      "together while people write, and counts what was lost or doubled. Exits 1 unless all is 0.",
  )
  .option("--minutes <number>", "how long people write", positive, 10)
  .option("--pause <seconds>", "how long everything lives between two kills", positive, 3)
  .option("--seed <number>", "seed of what people write", positive, 20_261_121)
  .action(soak);

await runCli(program, process.argv);
