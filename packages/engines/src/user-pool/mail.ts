import { appendFile, mkdir } from "node:fs/promises";
import { dirname } from "node:path";

/** A mail that Cognito would have sent. */
export interface Mail {
  to: string;
  handle: string;
  purpose: "confirm" | "reset";
  code: string;
  sent_at: string;
}

export interface Mailer {
  send(mail: Mail): Promise<void>;
  /** The newest 1,000 mails, oldest first. */
  mails(): readonly Mail[];
}

const MAX_MAILS = 1_000;

/** @param options.file receives each mail as one line of text */
export function createMailer(options: {
  file: string | undefined;
  onMail: ((mail: Mail) => void) | undefined;
}): Mailer {
  const mails: Mail[] = [];
  return {
    mails: () => mails,
    async send(mail) {
      mails.push(mail);
      if (mails.length > MAX_MAILS) mails.shift();
      options.onMail?.(mail);
      if (options.file === undefined) return;
      await mkdir(dirname(options.file), { recursive: true, mode: 0o700 });
      const what = mail.purpose === "confirm" ? "confirmation code" : "password reset code";
      await appendFile(
        options.file,
        `${mail.sent_at} to ${mail.to} (@${mail.handle}): your ${what} is ${mail.code}\n`,
        { mode: 0o600 },
      );
    },
  };
}
