import { runCli } from "@cruddur/command-line/program";
import { createProgress } from "@cruddur/command-line/progress";
import { Command, InvalidArgumentError } from "commander";
import { killUnderLoad } from "../kill/kill-under-load.ts";

interface Options {
  minutes: number;
  pause: number;
  seed: number;
}

const parsePositive = (value: string): number => {
  const number = Number(value);
  if (!(number > 0)) throw new InvalidArgumentError("It must be greater than 0.");
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
      onKill: (parts, acknowledgedMessages) => {
        if (process.stderr.isTTY) return;
        console.error(`Killed ${parts.join(", ")} after ${acknowledgedMessages} messages.`);
      },
    });
    progress.stop();
    console.log(JSON.stringify(figures, null, 2));
    const { missingMessages, duplicateMessages, wrongMessages } = figures;
    const { wrongInboxEntries, wrongUnreadCounts } = figures;
    const wrong = missingMessages + duplicateMessages + wrongMessages;
    if (wrong + wrongInboxEntries + wrongUnreadCounts > 0) {
      throw new Error("People do not see what was acknowledged: see the figures above.");
    }
  } finally {
    clearInterval(ticker);
    progress.stop();
  }
}

const program = new Command("pnpm soak")
  .description(
    "Starts a local stack and kills its server, stream worker, DynamoDB engine and Postgres, one " +
      "by one and together, while people send messages. Then compares what people see with what " +
      "was acknowledged, and exits with 1 if anything differs.",
  )
  .option("--minutes <number>", "how long people send messages", parsePositive, 10)
  .option("--pause <seconds>", "minimum time between two kills", parsePositive, 3)
  .option("--seed <number>", "seed of what people send", parsePositive, 20_261_121)
  .action(soak);

await runCli(program, process.argv);
