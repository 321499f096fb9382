import { AppError } from "@cruddur/contract/errors";
import type { SystemMessageKind } from "@cruddur/contract/message-text";
import type { Table } from "../access-pattern.ts";
import { backOff, unavailable } from "../retries.ts";
import type { Member, Membership, RequestFolder, StoredMessage } from "../types.ts";
import { findRepeatedChange } from "./find-repeated-change.ts";
import { getNewestMessage } from "./get-newest-message.ts";
import { type GroupMember, type GroupState, writeGroupState } from "./group-transaction.ts";
import { findHiddenSenders, settleHiddenSenders } from "./hidden-senders.ts";
import { findNewestHidden } from "./hide-message.ts";
import { getMemberships, listMemberUuids } from "./memberships.ts";
import { type SendingTable, timeAfter } from "./send-claims.ts";
import { toMessage } from "./send-message.ts";

/** Enough for the index to catch up with a change that was made just before. */
const ATTEMPTS = 10;

/** One change of one group by one of its members. A repeated `op_id` changes nothing. */
export interface GroupChangeInput {
  message_group_uuid: string;
  actor: Member;
  op_id: string;
}

/** What a change came to. */
export interface ChangedGroup {
  /** The system message; null where there was nothing to change. */
  message: StoredMessage | null;
  /** uuids of the members afterwards. */
  members: readonly string[];
}

/** What a change makes of a group; what is left out stays as it is. */
export interface GroupPlan {
  kind: SystemMessageKind;
  subjects?: readonly string[];
  name?: string | null;
  owner?: string;
  added?: {
    user_uuids: readonly string[];
    requests: ReadonlyMap<string, RequestFolder>;
    share_history: boolean;
  };
  removed?: string;
}

/** A group as a change finds it: its members, the one who joined first at the beginning. */
export interface Group {
  actor: Membership;
  members: readonly Membership[];
}

/** What every change of a group does to the table, for the descriptions of the patterns. */
export const GROUP_CHANGE = {
  key: "message_group_uuid; the keys of sendMessage; pk = GRP#{user_uuid}, sk = {message_group_uuid} for each member",
  uses: { listMemberUuids, getMemberships, getNewestMessage, findRepeatedChange, findNewestHidden },
} as const;

/**
 * Plans a change from the members and writes it in one transaction. The index of members may be
 * behind; a group is complete when each of its n memberships counts n members. A repeated op_id
 * returns what the first one came to, also for someone who is no longer a member.
 * @param plan returns null where the group is already as it should be. May throw.
 * @throws AppError `not_a_member`, `not_a_group`, `unavailable`, and what `plan` throws
 */
export async function changeGroup(
  table: SendingTable,
  input: GroupChangeInput,
  plan: (group: Group) => GroupPlan | null,
  mayHaveMembers: readonly string[] = [],
): Promise<ChangedGroup> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const members = await readMembers(table, input, mayHaveMembers);
    if (members !== "incomplete") {
      const change = await planOrRepeat(table, input, members, plan);
      if ("message" in change) return change;
      const joining = {
        joining: change.added?.user_uuids ?? [],
        members: members.map(({ user_uuid }) => user_uuid),
      };
      const hidden = await findHiddenSenders(table, joining);
      const state = await toState(table, input, members, change, hidden);
      if (await writeGroupState(table, state)) {
        await settleHiddenSenders(table, joining, hidden);
        return { message: state.message, members: state.members.map(({ user_uuid }) => user_uuid) };
      }
    }
    await backOff(attempt);
  }
  throw unavailable();
}

/** @returns the members in the order in which they joined; `incomplete` while the index is behind */
async function readMembers(
  table: Table,
  { message_group_uuid, actor }: GroupChangeInput,
  mayHaveMembers: readonly string[],
): Promise<Membership[] | "incomplete"> {
  const listed = await listMemberUuids(table, { message_group_uuid });
  const user_uuids = [...listed, actor.user_uuid, ...mayHaveMembers];
  const found = await getMemberships(table, { message_group_uuid, user_uuids, consistent: true });
  if (found.some(({ member_count }) => member_count !== found.length)) return "incomplete";
  const orderOf = ({ user_uuid, group }: Membership) => `${group?.joined_at} ${user_uuid}`;
  return found.sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
}

/** The plan; or what an earlier call with this op_id came to, where the group doesn't allow it again. */
async function planOrRepeat(
  table: Table,
  { message_group_uuid, actor, op_id }: GroupChangeInput,
  members: readonly Membership[],
  plan: (group: Group) => GroupPlan | null,
): Promise<GroupPlan | ChangedGroup> {
  const uuids = members.map(({ user_uuid }) => user_uuid);
  const { user_uuid } = actor;
  const repeated = await findRepeatedChange(table, { message_group_uuid, user_uuid, op_id });
  if (repeated !== null) return { message: repeated, members: uuids };
  const own = members.find((member) => member.user_uuid === user_uuid);
  if (own === undefined) throw new AppError("not_a_member");
  if (own.group === null) throw new AppError("not_a_group");
  return plan({ actor: own, members }) ?? { message: null, members: uuids };
}

async function toState(
  table: SendingTable,
  { message_group_uuid, actor, op_id }: GroupChangeInput,
  members: readonly Membership[],
  { kind, subjects, added, removed, ...change }: GroupPlan,
  hidden: ReadonlyMap<string, readonly string[]>,
): Promise<GroupState> {
  const newest = await getNewestMessage(table, { message_group_uuid });
  const notBeforeMs = newest === null ? 0 : timeAfter(table, newest.uuid);
  // Minted one after the other: a new member reads from the message that says so on.
  const joined_after = table.mintMessageUuid({ notBeforeMs });
  const message_uuid = table.mintMessageUuid({ notBeforeMs });
  const own = members.find(({ user_uuid }) => user_uuid === actor.user_uuid)?.group ?? null;
  const name = change.name === undefined ? (own?.name ?? null) : change.name;
  const kept = members.filter(({ user_uuid }) => user_uuid !== removed);
  const member_count = kept.length + (added?.user_uuids.length ?? 0);
  const message: StoredMessage = {
    ...toMessage(
      { sender: actor, client_id: op_id, message: change.name ?? "" },
      { message_group_uuid, message_uuid, member_count },
    ),
    system_kind: kind,
    ...(subjects !== undefined && { subjects }),
    projected: true,
  };
  // History is shared as far back as whoever shares it can read.
  const floor = added?.share_history ? (own?.joined_after ?? null) : joined_after;
  // Whoever comes back to shared history doesn't see again what they had hidden.
  const newcomers = await Promise.all(
    (added?.user_uuids ?? []).toSorted().map(async (user_uuid) => ({
      user_uuid,
      newest_hidden_uuid: added?.share_history
        ? await findNewestHidden(table, { user_uuid, message_group_uuid })
        : undefined,
    })),
  );
  const owner = change.owner ?? ownerOf(members);
  const hidesOf = (user_uuid: string) => ({ hides: hidden.get(user_uuid) ?? [] });
  const roleOf = (user_uuid: string) => (user_uuid === owner ? "owner" : "member");
  return {
    message,
    name,
    removed: members.filter(({ user_uuid }) => user_uuid === removed),
    members: [
      ...kept.map((before): GroupMember => {
        const { joined_at = "", joined_after: floor = null } = before.group ?? {};
        const { user_uuid } = before;
        const role = roleOf(user_uuid);
        return { user_uuid, role, joined_at, joined_after: floor, before, ...hidesOf(user_uuid) };
      }),
      ...newcomers.map((newcomer): GroupMember => {
        const joined_at = message.created_at;
        return {
          ...newcomer,
          ...{ role: "member", joined_at, joined_after: floor, before: null },
          requested: added?.requests.get(newcomer.user_uuid),
          ...hidesOf(newcomer.user_uuid),
        };
      }),
    ],
  };
}

function ownerOf(members: readonly Membership[]): string | undefined {
  return members.find(({ group }) => group?.role === "owner")?.user_uuid;
}
