import { Command } from "commander";
import { buildProduct, checkBuilt } from "./build.ts";
import { type Env, readStackConfig } from "./config.ts";
import { reservePort } from "./reserved-port.ts";
import { runStack } from "./run-stack.ts";

const VARIABLES = `
Variables:
  PORT            port of the web app (3000)
  DATA_DIR        where everything is kept (.data)
  DEMO_PASSWORD   the demo people's password
  AWS_ENDPOINT_URL, CONNECTION_URL, AWS_COGNITO_USER_POOL_ID with AWS_COGNITO_CLIENT_ID
                  use this DynamoDB endpoint ("aws" for AWS itself), Postgres or user pool
                  instead of starting one; see docs/operations/configure.md for all others`;

const say = (line: string) => process.stderr.write(`${line}\n`);

/** `pnpm start`: builds what is stale, starts the whole product, and stays until Ctrl-C. */
export function createStartProgram(env: Env): Command {
  return new Command("start")
    .description("Start Cruddur Messages on this machine: engines, data, server and web app.")
    .option("--built", "run what `pnpm build` made: builds nothing, needs no pnpm")
    .addHelpText("after", VARIABLES)
    .action(async ({ built }: { built?: boolean }) => {
      const config = readStackConfig(env);
      // Before anything is built, so that the commonest mistake shows at once.
      const port = await reservePort(config.PORT, config.HOST, say);
      if (built) checkBuilt();
      await runStack({
        env,
        config,
        port,
        serverMode: "built",
        prepare: async (signal) => {
          if (built) return;
          say("Building what changed and starting the engines…");
          await buildProduct(env, signal);
        },
      });
    });
}
