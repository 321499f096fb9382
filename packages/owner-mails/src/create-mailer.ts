import { appendFile, mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { type Mailer, refuseMail } from "./mailer.ts";

export interface MailConfig {
  /** The sender of mails by Amazon SES, in this region. */
  MAIL_FROM?: string | undefined;
  AWS_REGION: string;
  /** The file that receives the mails instead of Amazon SES. */
  MAIL_FILE?: string | undefined;
}

/** The mailer that the configuration asks for: a file, Amazon SES, or none, which refuses to send. */
export async function createMailer(config: MailConfig): Promise<Mailer> {
  if (config.MAIL_FILE !== undefined) return createFileMailer(config.MAIL_FILE);
  if (config.MAIL_FROM === undefined) return REFUSING;
  const { createSesMailer } = await import("./ses-mailer.ts");
  return createSesMailer({ from: config.MAIL_FROM, region: config.AWS_REGION });
}

/** Appends each mail as one line, for whoever develops on this machine. */
function createFileMailer(file: string): Mailer {
  return {
    async send({ to, subject, text }) {
      const line = `${new Date().toISOString()} to ${to}: ${subject}: ${text.replace(/\s+/g, " ")}\n`;
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      await appendFile(file, line, { mode: 0o600 }).catch(refuseMail);
    },
  };
}

const REFUSING: Mailer = { send: async () => refuseMail(new Error("MAIL_FROM is not set")) };
