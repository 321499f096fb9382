import { AppError } from "@cruddur/contract/errors";
import type { Member } from "@cruddur/ddb/types";
import { untilAnswered } from "./attempts.ts";
import { readWholeHistory, readWholeInbox } from "./check.ts";
import { pick, type Stage } from "./stage.ts";

/** All that was acknowledged before is there, once. */
export async function readHistory(
  stage: Stage,
  reader: Member,
  group: number,
  limit: number,
): Promise<void> {
  const message_group_uuid = pick(stage.groups, group);
  if (!message_group_uuid) return;
  const before = stage.model.history(message_group_uuid).map(({ uuid }) => uuid);
  const read = await untilAnswered(() =>
    readWholeHistory(stage.serverOf(reader), message_group_uuid, limit),
  );
  const seen = new Set(read.map(({ uuid }) => uuid));
  if (seen.size !== read.length) throw new Error("a history shows a message twice");
  const missing = before.filter((uuid) => !seen.has(uuid));
  if (missing.length > 0) throw new Error(`a history lacks acknowledged ${missing.join(", ")}`);
  await readReceipts(stage, reader, message_group_uuid);
}

async function readReceipts(
  stage: Stage,
  reader: Member,
  message_group_uuid: string,
): Promise<void> {
  const user_uuids = stage.world.people.map(({ user_uuid }) => user_uuid);
  const members = new Set(stage.model.members(message_group_uuid));
  const rows = await untilAnswered(() =>
    stage.serverOf(reader).getMemberships({ message_group_uuid, user_uuids }),
  );
  const found = new Set(rows.map(({ user_uuid }) => user_uuid));
  if (found.size !== rows.length) throw new Error("a member's row was read twice");
  const wrong = stage.world.people.filter(
    (person) =>
      found.has(person.user_uuid) !== members.has(person.user_uuid) &&
      !stage.isChanging(message_group_uuid, person),
  );
  if (wrong.length > 0) throw new Error("the members' rows are not the members'");
}

/** Nobody sees a conversation they were never in. */
export async function readInbox(stage: Stage, reader: Member, limit: number): Promise<void> {
  const rows = await untilAnswered(() =>
    readWholeInbox(stage.serverOf(reader), reader.user_uuid, limit),
  );
  for (const { message_group_uuid } of rows) {
    // A group that isn't known yet is being created right now.
    const isKnown = stage.model.hasGroup(message_group_uuid);
    if (isKnown && !stage.wasEverMember(message_group_uuid, reader)) {
      throw new Error(`${reader.handle} sees a group they were never in`);
    }
  }
}

/** The marker only goes forward. */
export async function markRead(
  stage: Stage,
  reader: Member,
  group: number,
  message: number,
): Promise<void> {
  const message_group_uuid = pick(stage.groups, group);
  if (!message_group_uuid) return;
  const target = pick(stage.model.history(message_group_uuid), message);
  const { user_uuid } = reader;
  if (!target || !stage.model.isMember(message_group_uuid, user_uuid)) return;
  const input = { user_uuid, message_group_uuid, message_uuid: target.uuid };
  const answer = await untilAnswered(() =>
    stage.serverOf(reader).markRead(input).catch(orNotAMember),
  );
  if (answer === "not a member") {
    if (stage.isChanging(message_group_uuid, reader)) return;
    throw new Error("a member may not mark as read");
  }
  if (answer.read_message_uuid < target.uuid) throw new Error("a read marker went back");
  if (stage.isChanging(message_group_uuid, reader)) {
    // Before they left or after they came back: the row knows.
    const row = await stage.world.observer.getMembership({ message_group_uuid, user_uuid });
    if (row) stage.model.setMarker(message_group_uuid, user_uuid, row.read_message_uuid);
    return;
  }
  stage.model.markRead(message_group_uuid, user_uuid, target.uuid);
}

function orNotAMember(error: unknown): "not a member" {
  if (error instanceof AppError && error.code === "not_a_member") return "not a member";
  throw error;
}
