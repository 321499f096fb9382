import { emailSchema } from "@cruddur/contract/accounts";
import { displayNameSchema, newHandleSchema } from "@cruddur/contract/users";
import type { PreSignUpTriggerEvent, PreTokenGenerationV2TriggerEvent } from "aws-lambda";

/** With this scope, whoever has an access token could change the account's email in the pool. */
const OWN_ACCOUNT_SCOPE = "aws.cognito.signin.user.admin";

/**
 * Runs before each new account of the pool, whoever asks for it: the account must pass the checks of
 * the server's own sign-up. An administrator may leave out the name.
 * @throws Error whose message is the code of the refusal; the pool then creates no account
 */
export async function preSignUp(event: PreSignUpTriggerEvent): Promise<PreSignUpTriggerEvent> {
  const { email, name, preferred_username } = event.request.userAttributes;
  const checks = [newHandleSchema.safeParse(event.userName), emailSchema.safeParse(email)];
  const isByAdministrator = event.triggerSource === "PreSignUp_AdminCreateUser";
  if (name !== undefined || !isByAdministrator) checks.push(displayNameSchema.safeParse(name));
  for (const { error } of checks) {
    if (error !== undefined) throw new Error(error.issues[0]?.message ?? "invalid_input");
  }
  if (preferred_username !== undefined && preferred_username !== event.userName) {
    throw new Error("handle_invalid");
  }
  return event;
}

/**
 * Runs before each token: no access token may act on its own account in the pool, but those that
 * the server takes for itself. Only a refresh carries metadata, and it needs the app client's secret.
 */
export async function preTokenGeneration(
  event: PreTokenGenerationV2TriggerEvent,
): Promise<PreTokenGenerationV2TriggerEvent> {
  const { clientMetadata } = event.request;
  const isForServer =
    event.triggerSource === "TokenGeneration_RefreshTokens" &&
    clientMetadata?.scope === "own_account";
  if (isForServer) return event;
  event.response = {
    claimsAndScopeOverrideDetails: {
      accessTokenGeneration: { scopesToSuppress: [OWN_ACCOUNT_SCOPE] },
    },
  };
  return event;
}
