import { z } from "zod";

/** A whole number in a range. `error` says what the number must be. */
export const wholeNumber = (min: number, max: number, error: string) =>
  z.coerce
    .number(error)
    .refine((value) => Number.isInteger(value) && value >= min && value <= max, error);

/** A TCP port in an environment variable. */
export const port = wholeNumber(0, 65_535, "must be a port, 0 to 65535");

/** An http or https URL in an environment variable. */
export const httpUrl = z.url({ protocol: /^https?$/, error: "must be an http(s) URL" });

/** The text of the error with which a program ends that was started with these wrong variables. */
export function describeBadVariables({ issues }: z.ZodError): string {
  const problems = issues.map(({ path, message }) => `${path.join(".")} ${message}`);
  return `bad configuration: ${problems.join("; ")}`;
}
