import type { Member, StoredMessage } from "@cruddur/ddb/types";
import { readAllMessagePages } from "../compare-table.ts";
import type { Operation } from "../operation-history.ts";
import { type OperationContext, pick } from "./operation-context.ts";
import { retryUntilAnswered } from "./retry-unavailable.ts";

/** True for what the server refuses: operations of erased people, and those that need to find one. */
export function concernsErased(context: OperationContext, operation: Operation): boolean {
  return peopleOf(context, operation).some((person) =>
    context.model.erased.has(context.person(person).user_uuid),
  );
}

/** The people by whom an operation is made, and whom the server must find for it. */
function peopleOf(context: OperationContext, operation: Operation): number[] {
  const { people } = context.environment;
  const indexes = (...members: (Member | null | undefined)[]) =>
    members.flatMap((member) => (member ? people.indexOf(member) : []));
  switch (operation.type) {
    case "send_to_person": {
      const { from, to } = operation;
      return [from, from === to ? to + 1 : to];
    }
    case "create_message_group":
      return operation.people;
    case "send":
      return [operation.from];
    case "retry": {
      const draft = pick(context.drafts, operation.draft);
      return indexes(draft?.sender, draft?.receiver);
    }
    case "retry_change":
      return indexes(pick(context.changes, operation.change)?.person);
    case "retry_group_change": {
      const change = pick(context.groupChanges, operation.change);
      return indexes(change?.actor, change?.type === "add_member" ? change.subject : null);
    }
    case "block":
    case "unblock": {
      const { person, other } = operation;
      return [person, person === other ? other + 1 : other];
    }
    case "add_member":
      return [operation.actor, operation.person];
    case "rename":
    case "remove_member":
    case "leave":
    case "make_owner":
    case "rejoin":
      return [operation.actor];
    case "erase":
    case "deliver":
      return [];
    default:
      return [operation.person];
  }
}

/**
 * Erases a person in two runs, of which the first one is killed. Others may write, edit, react and
 * change their groups meanwhile. The model takes the state of the messages from the table, where
 * `compareErased` looks for what is left.
 */
export async function erasePerson(
  context: OperationContext,
  { person, killedAfter }: Extract<Operation, { type: "erase" }>,
): Promise<void> {
  const { environment, model } = context;
  const leaver = context.person(person);
  const messageGroups = context.messageGroups.filter((uuid) => context.wasEverMember(uuid, leaver));
  for (const message_group_uuid of messageGroups) {
    context.startGroupChange(message_group_uuid, leaver);
    for (const user_uuid of model.pairOf(message_group_uuid) ?? []) {
      context.touch({ user_uuid, message_group_uuid });
    }
  }
  const run = await environment.prepareErasure(leaver);
  let calls = 0;
  const kill = () => {
    calls += 1;
    if (calls > killedAfter) throw new Error("killed");
  };
  // It may also have failed before, or have been complete.
  await run(kill).catch(() => undefined);
  await retryUntilAnswered(() => run(() => {}));
  model.filings.forget(leaver.user_uuid);
  for (const message_group_uuid of messageGroups) {
    const messages = await readAllMessagePages(environment.observer, message_group_uuid, 100);
    for (const message of messages) adopt(context, message, leaver);
  }
}

function adopt({ model }: OperationContext, message: StoredMessage, leaver: Member): void {
  const { user_uuid, system_kind, revision } = message;
  if (user_uuid === leaver.user_uuid && system_kind === "left") {
    model.acknowledge({ ...message, system: message });
  }
  if (revision !== undefined) model.recordState(message);
}
