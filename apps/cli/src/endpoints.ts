import { CliError } from "@cruddur/command-line/cli-error";
import type { CommandContext, CommonOptions } from "./command.ts";

/** True for a host name of this machine, where nothing is production. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}

/** True for a URL whose host belongs to an AWS service. */
export function isAws(url: string): boolean {
  return URL.canParse(url) && /\.amazonaws\.com$/.test(new URL(url).hostname);
}

/**
 * Refuses `--prod` while a variable names an endpoint outside AWS. Such a variable, left over from
 * local work or set by a container, would send the command to the wrong place without a word.
 * @param names the variables that may hold an endpoint
 * Throws CliError.
 */
export function refuseOtherEndpoints(
  { env }: Pick<CommandContext, "env">,
  { prod }: CommonOptions,
  ...names: string[]
): void {
  for (const name of names) {
    const endpoint = env[name];
    if (!prod || !endpoint || (isAws(endpoint) && endpoint.startsWith("https:"))) continue;
    throw new CliError(`--prod uses AWS, but ${name} names an endpoint elsewhere: unset it`);
  }
}
