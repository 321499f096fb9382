import { AppError } from "@cruddur/contract/errors";

export interface Mail {
  to: string;
  subject: string;
  /** Plain text. */
  text: string;
}

export interface Mailer {
  /** Throws AppError `unavailable` when the mail cannot be sent. */
  send(mail: Mail): Promise<void>;
}

/** The error of a mail that was not sent. */
export function refuseMail(cause: unknown): never {
  throw new AppError("unavailable", { cause, retryAfterSeconds: 10 });
}
