import type { Message } from "@cruddur/contract/messages";
import { expect, test } from "vitest";
import { shouldAlert } from "./alerts.ts";

const user = { uuid: "me", mentions_break_mutes: true };
const message = {
  ...{ user_uuid: "other", kind: "text", deleted_at: null, mentions: [] as string[] },
} as unknown as Message;
const messageGroup = { muted_until: null, folder: "inbox", blocked: false, request: null } as const;
const muted_until = new Date(Date.now() + 60_000).toISOString();

test("a person is alerted to what others write, and not to what they wrote or what happened to a group", () => {
  expect(shouldAlert(message, messageGroup, user)).toBe(true);
  expect(shouldAlert({ ...message, user_uuid: "me" }, messageGroup, user)).toBe(false);
  expect(shouldAlert({ ...message, kind: "left" }, messageGroup, user)).toBe(false);
});

test("requests in their folder, blocked people and muted conversations stay silent", () => {
  expect(shouldAlert(message, { ...messageGroup, folder: "requests" }, user)).toBe(false);
  expect(shouldAlert(message, { ...messageGroup, blocked: true }, user)).toBe(false);
  expect(shouldAlert(message, { ...messageGroup, muted_until }, user)).toBe(false);
});

test("a mention breaks a mute unless the person has turned that off", () => {
  const mention = { ...message, mentions: ["me"] };
  const muted = { ...messageGroup, muted_until };
  expect(shouldAlert(mention, muted, user)).toBe(true);
  expect(shouldAlert(mention, muted, { ...user, mentions_break_mutes: false })).toBe(false);
});
