/** A browser the machine's owner wants used for tests. */
export function chromiumPath(): string | undefined {
  return process.env.CHROMIUM_PATH || undefined;
}
