/** A failure that the operator can fix. The program prints its message alone and exits with code 1. */
export class CliError extends Error {
  override readonly name = "CliError";
}
