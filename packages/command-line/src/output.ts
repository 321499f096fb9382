/** Prints a command's result on stdout: as one line of JSON with `--json`, otherwise as text. */
export function print(options: { json?: boolean | undefined }, data: unknown, text: string): void {
  process.stdout.write(`${options.json ? JSON.stringify(data) : text}\n`);
}

/** Prints a remark on stderr, so that stdout holds nothing but the result. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}
