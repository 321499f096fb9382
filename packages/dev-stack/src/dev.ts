import { createRequire } from "node:module";
import { startChild, waitUntilReady } from "@cruddur/engines/child";
import { Command } from "commander";
import { type Env, readStackConfig } from "./config.ts";
import { type ReservedPort, reservePort } from "./reserved-port.ts";
import { runStack } from "./run-stack.ts";
import { REPOSITORY } from "./server-part.ts";

const WEB = `${REPOSITORY}apps/web/`;

/** `pnpm dev`: the same stack, with the server restarting on a change and the web app reloading. */
export function createDevProgram(env: Env): Command {
  return new Command("dev")
    .description("Start Cruddur Messages for development: the stack, tsx watch and Vite.")
    .action(async () => {
      const config = readStackConfig(env);
      const port = await reservePort(config.PORT, config.HOST);
      const url = config.WEB_ORIGIN ?? `http://localhost:${port.port}`;
      await runStack({
        config,
        env: { ...env, WEB_ORIGIN: url },
        serverMode: "watch",
        port: 0,
        extend: async (stack) => {
          const serverPort = [...stack.servers][0]?.port;
          const child = await startWebServer(port, {
            ...env,
            API_URL: `http://127.0.0.1:${serverPort}`,
          });
          return { url, stop: () => child.stop() };
        },
      });
    });
}

async function startWebServer(reserved: ReservedPort, env: NodeJS.ProcessEnv) {
  const { port } = reserved;
  const vite = createRequire(`${WEB}package.json`).resolve("vite");
  const program = vite.replace(/dist[\\/].*$/, "bin/vite.js");
  await reserved.release();
  const child = await startChild(
    process.execPath,
    [program, "--host", "127.0.0.1", "--port", String(port), "--strictPort"],
    { cwd: WEB, env, log: (line) => process.stderr.write(`${line}\n`) },
  );
  await waitUntilReady(child, "Vite", async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => null);
    await answer?.body?.cancel();
    return answer?.ok === true;
  });
  return child;
}
