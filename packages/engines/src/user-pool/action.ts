import type { z } from "zod";
import type { PoolContext } from "./context.ts";
import { CognitoError } from "./errors.ts";

/** One operation of Cognito's API: JSON in, JSON out, refusals as CognitoError. */
export type Action = (context: PoolContext, input: unknown) => Promise<object>;

/** Validates the input, then runs; what doesn't fit is Cognito's InvalidParameterException. */
export function action<Schema extends z.ZodType>(
  schema: Schema,
  run: (context: PoolContext, input: z.infer<Schema>) => Promise<object>,
): Action {
  return async (context, input) => {
    const parsed = schema.safeParse(input);
    if (!parsed.success) {
      const where = parsed.error.issues.map(({ path }) => path.join(".")).join(", ");
      throw new CognitoError("InvalidParameterException", `Invalid parameters: ${where}`);
    }
    return run(context, parsed.data);
  };
}
