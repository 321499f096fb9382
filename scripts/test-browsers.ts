/** `pnpm test:browsers`: tests the web app in Firefox and WebKit, which npm does not bring. */
import { CliError } from "@cruddur/command-line/cli-error";
import { createProgram, runCli } from "@cruddur/command-line/program";
import { execa } from "execa";
import { root, runTool } from "./workspace.mjs";

const PACKAGES = ["--filter=@cruddur/web...", "--filter=@cruddur/server..."];

async function testBrowsers(options: readonly string[]): Promise<void> {
  const build = runTool("turbo", ["run", "build", "--output-logs=errors-only", ...PACKAGES]);
  if (build.status !== 0) throw new CliError("the build failed: see the output above");
  const config = ["--config", "apps/web/vitest.browsers.config.ts"];
  const tests = await execa("vitest", ["run", ...config, ...options], {
    cwd: root,
    preferLocal: true,
    stdio: "inherit",
    reject: false,
  });
  process.exitCode = tests.exitCode ?? 1;
}

const program = createProgram(
  "pnpm test:browsers",
  "Build the product and test the web app in Firefox and WebKit. A browser that is not installed is left out. Pictures go to apps/web/test-results/browsers.",
)
  .argument("[options...]", "options of Vitest, after `--`, such as -t Firefox")
  .action(testBrowsers);

await runCli(program, process.argv);
