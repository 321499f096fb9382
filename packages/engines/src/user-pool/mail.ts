import { appendFile, mkdir } from "node:fs/promises";
import { dirname } from "node:path";

/** A mail Cognito would have sent. */
export interface Mail {
  to: string;
  handle: string;
  purpose: "confirm" | "reset";
  code: string;
  sent_at: string;
}

export interface Mailer {
  send(mail: Mail): Promise<void>;
  /** Oldest first; the newest 1,000 are kept. */
  mails(): readonly Mail[];
}

const KEPT_MAILS = 1_000;

/** @param file each mail is appended to it as one readable line */
export function createMailer(options: {
  file: string | undefined;
  onMail: ((mail: Mail) => void) | undefined;
}): Mailer {
  const mails: Mail[] = [];
  return {
    mails: () => mails,
    async send(mail) {
      mails.push(mail);
      if (mails.length > KEPT_MAILS) mails.shift();
      options.onMail?.(mail);
      if (options.file === undefined) return;
      await mkdir(dirname(options.file), { recursive: true });
      const what = mail.purpose === "confirm" ? "confirmation code" : "password reset code";
      await appendFile(
        options.file,
        `${mail.sent_at} to ${mail.to} (@${mail.handle}): your ${what} is ${mail.code}\n`,
        { mode: 0o600 },
      );
    },
  };
}
