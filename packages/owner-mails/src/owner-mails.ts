import type { Users } from "@cruddur/db/users";
import type { Mailer } from "./mailer.ts";

/** What the owner of an account is told by mail: the subject, and what happened. */
const EVENTS = {
  new_device: ["New sign-in to your account", "Somebody signed in to your account"],
  password_reset: [
    "Your password was reset",
    "Your password was reset with a code from your mail. Your passkeys were removed",
  ],
  password_change: ["Your password was changed", "Your password was changed"],
  email_change: ["Your email address was changed", "The email address of your account was changed"],
  second_factor_on: ["Two-step sign-in is on", "Two-step sign-in was turned on"],
  second_factor_off: ["Two-step sign-in is off", "Two-step sign-in was turned off"],
  second_factor_removed: [
    "Two-step sign-in is off",
    "An operator turned two-step sign-in off and ended all your sessions, because somebody asked for it in your name",
  ],
  passkey_add: ["A passkey was added", "A passkey was added to your account"],
  passkey_remove: ["A passkey was removed", "A passkey was removed from your account"],
  recovery_code: [
    "Your recovery code was used",
    "Somebody signed in with your recovery code, which turned two-step sign-in off",
  ],
  erasure_asked: [
    "Your account will be erased",
    "Your account will be erased in 7 days, with everything that you wrote. To keep it, sign in and choose Keep my account",
  ],
  erasure_undone: ["Your account stays", "Your account will not be erased"],
  refresh_token_reuse: [
    "We ended a session of yours",
    "Two programs used the same session of yours, so one of them may have stolen it. We ended it",
  ],
} as const;

export type OwnerEvent = keyof typeof EVENTS;

export interface OwnerMailDetails {
  /** Where it was done: the browser or program as it names itself, and its network address. */
  device?: string | undefined;
  address?: string | undefined;
  /** The address to write to, where it isn't the account's own any more. */
  to?: string | undefined;
}

export type OwnerMails = ReturnType<typeof createOwnerMails>;

/** Mails about the security of an account, to its owner. */
export function createOwnerMails(options: {
  mailer: Mailer;
  users: Pick<Users, "findUser">;
  webOrigin: string;
  onError: (error: unknown) => void;
}) {
  const { mailer, users, webOrigin, onError } = options;

  async function write(user_uuid: string, event: OwnerEvent, details: OwnerMailDetails = {}) {
    const user = await users.findUser(user_uuid);
    if (user === null) return;
    const [subject, what] = EVENTS[event];
    const { device, address, to = user.email } = details;
    const where = device === undefined ? "" : `\nWhere: ${toLine(device)}, from ${address}`;
    await mailer.send({
      to,
      subject,
      text: `${what}.

Account: @${user.handle}
When: ${new Date().toUTCString()}${where}

If this was you, there is nothing to do. If it was not, choose a new password at
${webOrigin}/forgot, which ends all sessions, and look at your devices in the settings.
`,
    });
  }

  return {
    /** Tells the owner. Throws `unavailable`. */
    write,

    /** Tells the owner. Doesn't wait and doesn't throw: a mail that fails undoes nothing. */
    tell(user_uuid: string, event: OwnerEvent, details: OwnerMailDetails = {}): void {
      write(user_uuid, event, details).catch(onError);
    },

    /** Sends the code that proves a new address. Throws `unavailable`. */
    sendEmailCode(to: string, code: string): Promise<void> {
      const text = `Your confirmation code is ${code}. It is valid for an hour.

If you did not ask to use this address for an account at ${webOrigin}, ignore this mail.
`;
      return mailer.send({ to, subject: "Confirm your email address", text });
    },
  };
}

/** What a client calls itself may hold anything. */
const toLine = (text: string): string => text.replace(/\p{C}/gu, " ").slice(0, 200);
