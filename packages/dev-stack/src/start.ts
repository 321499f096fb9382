import { Command } from "commander";
import { buildProduct, checkBuilt } from "./build.ts";
import { type Env, readStackConfig } from "./config.ts";
import { reservePort } from "./reserved-port.ts";
import { runStack } from "./run-stack.ts";

const VARIABLES = `
Environment variables:
  PORT            port of the web app (default: 3000)
  HOST            address to listen on (default: 127.0.0.1)
  DATA_DIR        folder of all data and logs (default: .data)
  DEMO_PASSWORD   password of the demo people (default: crudders-unite; no demo people
                  where other machines can connect to HOST)
  AWS_ENDPOINT_URL, CONNECTION_URL, AWS_COGNITO_USER_POOL_ID with AWS_COGNITO_CLIENT_ID
                  DynamoDB endpoint ("aws" means AWS), Postgres and user pool to use
                  instead of starting one
docs/operations/configure.md describes all variables.`;

const print = (line: string) => process.stderr.write(`${line}\n`);

/** `pnpm start`: builds what has changed and runs the whole product until Ctrl-C. */
export function createStartProgram(env: Env): Command {
  return new Command("pnpm start")
    .description("Run Cruddur Messages on this machine: engines, data, server and web app.")
    .option("--built", "run the output of `pnpm build` without building; needs no pnpm")
    .addHelpText("after", VARIABLES)
    .action(async ({ built }: { built?: boolean }) => {
      const config = readStackConfig(env);
      // Before the build, so that the most common mistake shows at once.
      const port = await reservePort(config.PORT, config.HOST, print);
      if (built) checkBuilt();
      await runStack({
        env,
        config,
        port,
        serverMode: "built",
        prepare: async (signal) => {
          if (built) return;
          print("Building what changed and starting the engines…");
          await buildProduct(env, signal);
        },
      });
    });
}
