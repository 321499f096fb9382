import { createRequire } from "node:module";
import { startChild, waitUntilReady } from "@cruddur/engines/child";
import { Command } from "commander";
import { browserOrigin, localOrigin } from "./addresses.ts";
import { type Env, readStackConfig } from "./config.ts";
import { type ReservedPort, reservePort } from "./reserved-port.ts";
import { runStack } from "./run-stack.ts";
import { REPOSITORY } from "./server-part.ts";

const WEB = `${REPOSITORY}apps/web/`;

/** `pnpm dev`: the local stack, whose server restarts and whose web app reloads on a change. */
export function createDevProgram(env: Env): Command {
  return new Command("pnpm dev")
    .description("Start Cruddur Messages for development: the local stack with hot reload.")
    .action(async () => {
      const config = readStackConfig(env);
      const port = await reservePort(config.PORT, config.HOST);
      const url = config.WEB_ORIGIN ?? browserOrigin(config.HOST, port.port);
      await runStack({
        config,
        env: { ...env, WEB_ORIGIN: url },
        serverMode: "watch",
        port: 0,
        extend: async (stack) => {
          const serverPort = stack.servers[0]?.port ?? 0;
          const child = await startWebServer(port, config.HOST, {
            ...env,
            API_URL: localOrigin(config.HOST, serverPort),
          });
          return { url, stop: () => child.stop() };
        },
      });
    });
}

async function startWebServer(reserved: ReservedPort, host: string, env: NodeJS.ProcessEnv) {
  const { port } = reserved;
  const vite = createRequire(`${WEB}package.json`).resolve("vite");
  const program = vite.replace(/dist[\\/].*$/, "bin/vite.js");
  await reserved.release();
  const child = await startChild(
    process.execPath,
    [program, "--host", host, "--port", String(port), "--strictPort"],
    { cwd: WEB, env, log: (line) => process.stderr.write(`${line}\n`) },
  );
  await waitUntilReady(child, "Vite", async () => {
    const answer = await fetch(localOrigin(host, port)).catch(() => null);
    await answer?.body?.cancel();
    return answer?.ok === true;
  });
  return child;
}
