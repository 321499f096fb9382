import { z } from "zod";
import { attributesToWire, findBySub, type PoolContext } from "./context.ts";
import { type Action, defineAction } from "./define-action.ts";
import { CognitoError } from "./errors.ts";
import { checkPasswordPolicy, hashPassword, verifyPassword } from "./passwords.ts";
import type { PoolAccount } from "./state.ts";
import { createTotpSecret, findTotpStep, hasSecondFactor } from "./totp.ts";

export const withAccessToken = z.object({ AccessToken: z.string() });
const preference = z.object({ Enabled: z.boolean().default(false) }).optional();
/** A factor that a call doesn't name stays as it is. */
export const preferences = {
  SoftwareTokenMfaSettings: preference,
  WebAuthnMfaSettings: preference,
};
type Preferences = Partial<Record<keyof typeof preferences, z.infer<typeof preference>>>;

/** What the owner of a token with the scope for it may do with the account. */
export const ownAccountActions: Record<string, Action> = {
  GetUser: defineAction(withAccessToken, async (context, { AccessToken }) => {
    const user = await ownerOf(context, AccessToken);
    return { Username: user.username, UserAttributes: attributesToWire(user) };
  }),

  GlobalSignOut: defineAction(withAccessToken, async (context, { AccessToken }) => {
    await context.tokens.revokeAll(await context.tokens.verifyAccess(AccessToken));
    return {};
  }),

  ChangePassword: defineAction(
    withAccessToken.extend({ PreviousPassword: z.string(), ProposedPassword: z.string() }),
    async (context, { AccessToken, PreviousPassword, ProposedPassword }) => {
      const user = await ownerOf(context, AccessToken);
      checkPasswordPolicy(ProposedPassword);
      if (!(await verifyPassword(PreviousPassword, user.passwordHash ?? ""))) {
        throw new CognitoError("NotAuthorizedException", "Incorrect username or password.");
      }
      user.passwordHash = await hashPassword(ProposedPassword);
      await saveAccount(context, user);
      return {};
    },
  ),

  AssociateSoftwareToken: defineAction(withAccessToken, async (context, { AccessToken }) => {
    const user = await ownerOf(context, AccessToken);
    const candidate = createTotpSecret();
    // The secret in use holds until a code of the new one is verified.
    user.totp = { isEnabled: false, lastStep: 0, ...user.totp, candidate };
    await saveAccount(context, user);
    return { SecretCode: candidate };
  }),

  VerifySoftwareToken: defineAction(
    withAccessToken.extend({ UserCode: z.string() }),
    async (context, { AccessToken, UserCode }) => {
      const user = await ownerOf(context, AccessToken);
      const { candidate } = user.totp ?? {};
      if (user.totp === undefined || candidate === undefined) {
        throw new CognitoError("InvalidParameterException", "No software token was associated.");
      }
      const step = findTotpStep(candidate, UserCode, context.now());
      if (step === null) {
        throw new CognitoError("EnableSoftwareTokenMFAException", "Code mismatch");
      }
      user.totp = { ...user.totp, candidate: undefined, secret: candidate, lastStep: step };
      await saveAccount(context, user);
      return { Status: "SUCCESS" };
    },
  ),

  SetUserMFAPreference: defineAction(
    withAccessToken.extend(preferences),
    async (context, { AccessToken, ...settings }) =>
      setSecondFactor(context, await ownerOf(context, AccessToken), settings),
  ),
};

/** Turns the second factor of an account on or off. */
export async function setSecondFactor(
  context: PoolContext,
  user: PoolAccount,
  { SoftwareTokenMfaSettings, WebAuthnMfaSettings }: Preferences,
): Promise<object> {
  const isEnabled = SoftwareTokenMfaSettings?.Enabled ?? hasSecondFactor(user);
  if (isEnabled && user.totp?.secret === undefined) {
    throw new CognitoError(
      "InvalidParameterException",
      "User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA",
    );
  }
  if (user.totp !== undefined) user.totp.isEnabled = isEnabled;
  user.hasPasskeyMfa = WebAuthnMfaSettings?.Enabled ?? user.hasPasskeyMfa;
  await saveAccount(context, user);
  return {};
}

export async function ownerOf(context: PoolContext, accessToken: string): Promise<PoolAccount> {
  const user = findBySub(context, await context.tokens.verifyAccess(accessToken));
  if (user === undefined) throw new CognitoError("UserNotFoundException", "User not found");
  return user;
}

export async function saveAccount(context: PoolContext, user: PoolAccount): Promise<void> {
  user.modifiedAtMs = context.now();
  await context.store.save();
}
