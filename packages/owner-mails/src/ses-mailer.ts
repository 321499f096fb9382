import { SESv2Client, SendEmailCommand } from "@aws-sdk/client-sesv2";
import { type Mailer, refuseMail } from "./mailer.ts";

/** Sends with Amazon SES. @param options.from an address, or a domain's, that SES has verified */
export function createSesMailer(options: { from: string; region: string }): Mailer {
  const client = new SESv2Client({
    region: options.region,
    // Always passed, because the SDK would otherwise use AWS_ENDPOINT_URL, which is DynamoDB's.
    endpoint: `https://email.${options.region}.amazonaws.com`,
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000 },
  });
  return {
    async send({ to, subject, text }) {
      const body = { Text: { Data: text, Charset: "UTF-8" } };
      const command = new SendEmailCommand({
        FromEmailAddress: options.from,
        Destination: { ToAddresses: [to] },
        Content: { Simple: { Subject: { Data: subject, Charset: "UTF-8" }, Body: body } },
      });
      await client.send(command).catch(refuseMail);
    },
  };
}
