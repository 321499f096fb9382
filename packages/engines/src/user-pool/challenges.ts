import { randomBytes } from "node:crypto";
import { findBySub, type PoolContext } from "./context.ts";
import { CognitoError } from "./errors.ts";
import { askForPasskey, verifyPasskey } from "./passkeys.ts";
import type { PoolAccount } from "./state.ts";
import { findTotpStep, hasSecondFactor } from "./totp.ts";

export const SECOND_FACTOR = "SOFTWARE_TOKEN_MFA";
export const PASSKEY = "WEB_AUTHN";
/** How long a challenge waits for its answer, and how many wrong codes it takes. */
const CHALLENGE_SECONDS = 180;
const CHALLENGE_TRIES = 3;

interface Waiting {
  name: typeof SECOND_FACTOR | typeof PASSKEY;
  sub: string;
  triesLeft: number;
  expiresAtMs: number;
  /** What the passkey has to sign. */
  challenge?: string;
}

/** The sign-ins that wait for an answer, in memory. */
export function createChallenges() {
  const all = new Map<string, Waiting>();

  function add(context: PoolContext, waiting: Pick<Waiting, "name" | "sub" | "challenge">): string {
    for (const [id, { expiresAtMs }] of all) if (expiresAtMs <= context.now()) all.delete(id);
    const session = newSession();
    const expiresAtMs = context.now() + CHALLENGE_SECONDS * 1_000;
    all.set(session, { ...waiting, triesLeft: CHALLENGE_TRIES, expiresAtMs });
    return session;
  }

  function take(context: PoolContext, session: string, name: Waiting["name"]) {
    const waiting = all.get(session);
    const user = waiting && findBySub(context, waiting.sub);
    if (
      waiting?.name !== name ||
      waiting.expiresAtMs <= context.now() ||
      waiting.triesLeft === 0 ||
      user === undefined
    ) {
      throw new CognitoError("NotAuthorizedException", "Invalid session for the user.");
    }
    return { waiting, user };
  }

  return {
    /** Asks somebody whose password was right for the code of the authenticator app. */
    askForCode: (context: PoolContext, user: PoolAccount) => ({
      ChallengeName: SECOND_FACTOR,
      Session: add(context, { name: SECOND_FACTOR, sub: user.sub }),
      ChallengeParameters: { USER_ID_FOR_SRP: user.username },
    }),

    /** @returns the account of a challenge that was answered with a right code */
    async answerWithCode(context: PoolContext, session: string, code: string) {
      const { waiting, user } = take(context, session, SECOND_FACTOR);
      const step = findTotpStep(user.totp?.secret ?? "", code, context.now());
      if (step === null || user.totp === undefined) {
        waiting.triesLeft -= 1;
        throw new CognitoError("CodeMismatchException", "Invalid code received for user");
      }
      if (step <= user.totp.lastStep) {
        throw new CognitoError(
          "ExpiredCodeException",
          "Your software token has already been used once.",
        );
      }
      user.totp.lastStep = step;
      all.delete(session);
      await context.store.save();
      return user;
    },

    /** Asks for a passkey; or, where the account has none or doesn't exist, for another choice. */
    async askForPasskey(context: PoolContext, user: PoolAccount | undefined) {
      const canUse =
        user?.status === "CONFIRMED" &&
        user.passkeys?.length &&
        (!hasSecondFactor(user) || user.hasPasskeyMfa);
      if (!canUse) {
        return {
          ChallengeName: "SELECT_CHALLENGE",
          AvailableChallenges: ["PASSWORD"],
          Session: newSession(),
          ChallengeParameters: {},
        };
      }
      const { challenge, options } = await askForPasskey(context, user);
      return {
        ChallengeName: PASSKEY,
        Session: add(context, { name: PASSKEY, sub: user.sub, challenge }),
        ChallengeParameters: { USERNAME: user.username, CREDENTIAL_REQUEST_OPTIONS: options },
      };
    },

    /** @returns the account of a challenge that one of its passkeys signed */
    async answerWithPasskey(context: PoolContext, session: string, answer: string) {
      const { waiting, user } = take(context, session, PASSKEY);
      // Whether the answer is right or wrong, nobody answers this challenge again.
      all.delete(session);
      await verifyPasskey(context, { user, challenge: waiting.challenge ?? "", answer });
      return user;
    },
  };
}

const newSession = () => randomBytes(32).toString("base64url");
