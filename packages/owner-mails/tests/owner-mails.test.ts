import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Users } from "@cruddur/db/users";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createMailer } from "../src/create-mailer.ts";
import { createOwnerMails } from "../src/owner-mails.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "cruddur-owner-mails-"));
});
afterAll(() => rm(folder, { recursive: true }));

const londo = { uuid: randomUUID(), handle: "londo", email: "londo@example.com" };
const users = {
  findUser: async (uuid: string) =>
    uuid === londo.uuid ? (londo as Awaited<ReturnType<Users["findUser"]>>) : null,
};
const fail = (error: unknown) => {
  throw error;
};
const options = { users, webOrigin: "https://app.example", onError: fail };

test("the owner reads what happened, where, and what to do, in a file that only its owner can read", async () => {
  const MAIL_FILE = join(folder, "new", "mail.log");
  const mailer = await createMailer({ AWS_REGION: "us-east-1", MAIL_FILE });
  const mails = createOwnerMails({ ...options, mailer });
  await mails.write(londo.uuid, "second_factor_removed", {
    device: "curl\n8",
    address: "10.0.0.1",
  });
  await mails.write(londo.uuid, "email_change", { to: "former@example.com" });
  await mails.write(randomUUID(), "password_change");
  const [removed = "", changed = "", ...others] = (await readFile(MAIL_FILE, "utf8"))
    .trim()
    .split("\n");
  expect(removed).toContain("to londo@example.com: Two-step sign-in is off: An operator turned");
  expect(removed).toContain("Account: @londo");
  expect(removed).toContain("Where: curl 8, from 10.0.0.1");
  expect(removed).toContain("https://app.example/forgot");
  expect(changed).toContain("to former@example.com: Your email address was changed");
  expect(others).toEqual([]);
  expect((await stat(MAIL_FILE)).mode & 0o777).toBe(0o600);
});

test("without a sender a mail is refused as unavailable, and telling the owner undoes nothing", async () => {
  const mailer = await createMailer({ AWS_REGION: "us-east-1" });
  const errors: unknown[] = [];
  const mails = createOwnerMails({ ...options, mailer, onError: (error) => errors.push(error) });
  await expect(mails.write(londo.uuid, "password_reset")).rejects.toMatchObject({
    code: "unavailable",
  });
  mails.tell(londo.uuid, "password_reset");
  await expect.poll(() => errors).toMatchObject([{ code: "unavailable" }]);
});
