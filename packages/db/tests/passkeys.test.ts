import { AppError } from "@cruddur/contract/errors";
import { eq } from "drizzle-orm";
import { beforeAll, expect, test } from "vitest";
import { createPasskeyRecords, type PasskeyRecords } from "../src/passkeys.ts";
import { users as usersTable } from "../src/schema.ts";
import { createSessionRecords, type SessionRecords } from "../src/session-records.ts";
import { useUsers } from "./support.ts";

const { client, users } = useUsers();
let passkeys: PasskeyRecords;
let sessions: SessionRecords;
beforeAll(() => {
  passkeys = createPasskeyRecords(client.db);
  sessions = createSessionRecords(client.db);
});

async function addPerson(handle: string): Promise<string> {
  const account = { cognito_user_id: `sub-${handle}`, email: `${handle}@example.com` };
  const names = { handle, display_name: handle, email_verified: true };
  return (await users.ensureUser({ ...account, ...names })).uuid;
}

test("a passkey that was begun before all sessions ended is refused, and one begun after it is added", async () => {
  const user_uuid = await addPerson("sheridan");
  const passkey = { credential_id: "of-sheridan", user_uuid, device: "Firefox" };
  const before = await passkeys.findLastEnding(user_uuid);
  await sessions.endAllSessions(user_uuid);
  await passkeys.removeAll(user_uuid);
  await expect(passkeys.add(passkey, before)).rejects.toEqual(new AppError("passkey_refused"));
  expect(await passkeys.findOwner("of-sheridan")).toBeNull();

  await passkeys.add(passkey, await passkeys.findLastEnding(user_uuid));
  expect(await passkeys.findOwner("of-sheridan")).toBe(user_uuid);
});

test("a passkey that is added while all sessions end waits for the end, and is refused", async () => {
  const user_uuid = await addPerson("delenn");
  const passkey = { credential_id: "of-delenn", user_uuid, device: "Firefox" };
  const before = await passkeys.findLastEnding(user_uuid);
  let adding: Promise<unknown> = Promise.resolve();
  await client.db.transaction(async (tx) => {
    const ending = { sessions_ended_at: new Date() };
    await tx.update(usersTable).set(ending).where(eq(usersTable.uuid, user_uuid));
    adding = passkeys.add(passkey, before).catch((error: unknown) => error);
    // Another connection sees the passkey only if its insert did not wait for this transaction.
    expect(await passkeys.findOwner("of-delenn")).toBeNull();
  });
  expect(await adding).toEqual(new AppError("passkey_refused"));
  expect(await passkeys.findOwner("of-delenn")).toBeNull();
});
