import { expect, it } from "vitest";
import type { MessageRow } from "../feed/feed-rows.ts";
import { receiptsOf } from "./receipts.ts";

const member = (uuid: string, read_message_uuid: string | null) => ({
  uuid,
  handle: uuid,
  display_name: uuid,
  role: "member" as const,
  joined_at: null,
  read_message_uuid,
});
const row = (uuid: string, user_uuid: string) =>
  ({ kind: "message", key: uuid, uuid, user_uuid }) as MessageRow;
const ROWS = [row("1", "me"), row("2", "ana"), row("3", "me"), row("4", "me")];

const shown = (members: ReturnType<typeof member>[]) =>
  [...receiptsOf(ROWS, members, "me")]
    .map(([key, { status, isSpoken }]) => `${key} ${status}${isSpoken ? ", spoken" : ""}`)
    .sort();

it("each own message is seen up to the marker that everybody has passed, and sent after it", () => {
  expect(shown([member("me", "4"), member("ana", "3"), member("ben", "9")])).toEqual([
    "1 seen",
    "3 seen, spoken",
    "4 sent, spoken",
  ]);
});

it("without a read marker of somebody, no message is seen", () => {
  expect(shown([member("me", null), member("ana", "4"), member("ben", null)])).toEqual([
    "1 sent",
    "3 sent",
    "4 sent, spoken",
  ]);
});
