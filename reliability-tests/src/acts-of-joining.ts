import { randomUUID } from "node:crypto";
import type { Member } from "@cruddur/ddb/types";
import { untilAnswered } from "./attempts.ts";
import { pick, type Stage } from "./stage.ts";

export async function createMessageGroup(stage: Stage, members: Member[]): Promise<void> {
  const message_group_uuid = randomUUID();
  const [creator] = members;
  if (!creator) return;
  const store = stage.serverOf(creator);
  await untilAnswered(() => store.createMessageGroup({ message_group_uuid, members }));
  stage.created(message_group_uuid, members);
}

export async function changeMembers(
  stage: Stage,
  type: "add_member" | "remove_member" | "rejoin",
  member: Member,
  group: number,
): Promise<void> {
  const message_group_uuid = pick(stage.groups, group);
  if (!message_group_uuid || stage.pairs.has(message_group_uuid)) return;
  if (stage.isChanging(message_group_uuid, member)) return;
  const { user_uuid } = member;
  // The last two stay: an empty group is nobody's.
  const left = stage.model.members(message_group_uuid).length - stage.changes;
  if (type !== "add_member" && left < 3) return;
  stage.startChange(message_group_uuid, member);
  const store = stage.serverOf(member);
  if (type !== "add_member") {
    await untilAnswered(() => store.removeMember({ message_group_uuid, user_uuid }));
    stage.model.removeMember(message_group_uuid, user_uuid);
  }
  if (type === "remove_member") return;
  await untilAnswered(() => store.addMember({ message_group_uuid, member }));
  const row = await stage.world.observer.getMembership({ message_group_uuid, user_uuid });
  if (!row) throw new Error("an added member has no row");
  stage.model.addMember(message_group_uuid, user_uuid, row.read_message_uuid);
}
