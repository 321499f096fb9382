import type { z } from "zod";
import type { PoolContext } from "./context.ts";
import { CognitoError } from "./errors.ts";

/** An operation of Cognito's API. Takes and returns JSON, and throws a CognitoError. */
export type Action = (context: PoolContext, input: unknown) => Promise<object>;

/** Creates an action that validates its input, and throws InvalidParameterException if it is invalid. */
export function defineAction<Schema extends z.ZodType>(
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
