import { randomUUID } from "node:crypto";
import { createClientId } from "@cruddur/contract/ids";
import { uuidOf } from "./stack.ts";

/**
 * One row for each procedure of the router: its input, for a message group and a message where it has
 * them, and whether someone who isn't a member is refused. A procedure without a row fails a test.
 */
export interface Ids {
  message_group_uuid: string;
  message_uuid: string;
  /** A message that no other procedure of the matrix needs. */
  deletable_uuid: string;
}
interface Row {
  input: (ids: Ids) => unknown;
  membersOnly: boolean;
  /** The call changes who may do what, so it gets a group of its own. */
  ownGroup?: boolean;
  /** The answer to whoever is signed in, where the input is refused for everybody. */
  answer?: { status: number; app_code: string };
}
const SUBSCRIPTION = {
  endpoint: "https://fcm.googleapis.com/fcm/send/matrix",
  keys: { p256dh: `B${"c".repeat(86)}`, auth: "d".repeat(22) },
};
export const MATRIX: Record<string, Row> = {
  "messageGroups.list": { input: () => ({}), membersOnly: false },
  "messageGroups.get": {
    input: ({ message_group_uuid }) => ({ message_group_uuid }),
    membersOnly: true,
  },
  "messageGroups.create": {
    input: () => ({ handles: ["andrewbrown", "bayko", "londo"], client_id: randomUUID() }),
    membersOnly: false,
  },
  "messageGroups.rename": {
    input: ({ message_group_uuid }) => ({ message_group_uuid, name: "Team", op_id: randomUUID() }),
    membersOnly: true,
  },
  "messageGroups.add": {
    input: ({ message_group_uuid }) => ({
      ...{ message_group_uuid, handles: ["bayko"], op_id: randomUUID() },
    }),
    membersOnly: true,
  },
  "messageGroups.remove": {
    input: ({ message_group_uuid }) => ({
      ...{ message_group_uuid, user_uuid: randomUUID(), op_id: randomUUID() },
    }),
    membersOnly: true,
  },
  "messageGroups.leave": {
    input: ({ message_group_uuid }) => ({ message_group_uuid, op_id: randomUUID() }),
    membersOnly: true,
    ownGroup: true,
  },
  "messageGroups.makeOwner": {
    input: ({ message_group_uuid }) => ({
      ...{ message_group_uuid, user_uuid: uuidOf("bayko"), op_id: randomUUID() },
    }),
    membersOnly: true,
    ownGroup: true,
  },
  "messageGroups.markRead": { input: (ids) => ids, membersOnly: true },
  "messages.list": {
    input: ({ message_group_uuid }) => ({ message_group_uuid }),
    membersOnly: true,
  },
  "messages.create": {
    input: ({ message_group_uuid }) => ({
      message_group_uuid,
      message: "may I",
      client_id: createClientId(),
    }),
    membersOnly: true,
  },
  "messages.get": {
    input: ({ message_group_uuid, message_uuid }) => ({ message_group_uuid, message_uuid }),
    membersOnly: true,
  },
  "messages.edit": {
    input: (ids) => ({ ...ids, message: "edited", op_id: randomUUID() }),
    membersOnly: true,
  },
  "messages.delete": {
    input: ({ message_group_uuid, deletable_uuid }) => ({
      ...{ message_group_uuid, message_uuid: deletable_uuid, op_id: randomUUID() },
    }),
    membersOnly: true,
  },
  "messages.hide": {
    input: ({ message_group_uuid, deletable_uuid }) => ({
      ...{ message_group_uuid, message_uuid: deletable_uuid },
    }),
    membersOnly: true,
  },
  "messages.react": {
    input: (ids) => ({ ...ids, emoji: "👍", op_id: randomUUID() }),
    membersOnly: true,
  },
  "messages.unreact": {
    input: (ids) => ({ ...ids, emoji: "👍", op_id: randomUUID() }),
    membersOnly: true,
  },
  "messages.typing": {
    input: ({ message_group_uuid }) => ({ message_group_uuid }),
    membersOnly: true,
  },
  ...Object.fromEntries(
    ["archive", "unarchive", "pin", "unpin", "markUnread", "accept"].map((name): [string, Row] => [
      `messageGroups.${name}`,
      { input: ({ message_group_uuid }) => ({ message_group_uuid }), membersOnly: true },
    ]),
  ),
  "messageGroups.mute": {
    input: ({ message_group_uuid }) => ({ message_group_uuid, until: null }),
    membersOnly: true,
  },
  "users.block": { input: () => ({ user_uuid: uuidOf("bayko") }), membersOnly: false },
  "users.report": {
    input: ({ message_group_uuid }) => ({
      ...{ user_uuid: uuidOf("bayko"), message_group_uuid, reason: "spam" },
    }),
    membersOnly: true,
  },
  "users.unblock": { input: () => ({ user_uuid: uuidOf("bayko") }), membersOnly: false },
  "users.blocked": { input: () => ({}), membersOnly: false },
  "users.short": { input: () => ({ handle: "londo" }), membersOnly: false },
  "users.profile": { input: () => ({ user_uuid: uuidOf("bayko") }), membersOnly: false },
  "users.avatars": { input: () => ({ user_uuids: [uuidOf("bayko")] }), membersOnly: false },
  "users.setAvatar": { input: () => ({ image: null }), membersOnly: false },
  "users.search": { input: () => ({ query: "lon" }), membersOnly: false },
  "users.me": { input: () => undefined, membersOnly: false },
  "users.update": { input: () => ({ typing_indicators: true }), membersOnly: false },
  "users.changeHandle": {
    input: () => ({ handle: "admin" }),
    membersOnly: false,
    answer: { status: 409, app_code: "handle_taken" },
  },
  "users.erasure": { input: () => undefined, membersOnly: false },
  "users.security": { input: () => undefined, membersOnly: false },
  "users.endSession": {
    input: () => ({ session_uuid: randomUUID() }),
    membersOnly: false,
  },
  "push.key": { input: () => undefined, membersOnly: false },
  "push.subscribe": { input: () => SUBSCRIPTION, membersOnly: false },
  "push.unsubscribe": {
    input: () => ({ endpoint: SUBSCRIPTION.endpoint }),
    membersOnly: false,
  },
  "live.events": { input: () => undefined, membersOnly: false },
};
