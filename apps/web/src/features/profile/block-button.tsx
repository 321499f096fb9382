import { derivePairGroupUuid } from "@cruddur/contract/ids";
import type { UserShort } from "@cruddur/contract/users";
import { describeError } from "../../lib/errors.ts";
import { useSession } from "../../lib/session.tsx";
import { trpc } from "../../lib/trpc.ts";
import { Button } from "../../ui/button.tsx";
import { showToast } from "../../ui/toasts.tsx";

/** Blocks a person, or ends the block. Without a conversation with them, it only blocks. */
export function BlockButton({ person }: { person: UserShort }) {
  const { user } = useSession();
  const utils = trpc.useUtils();
  const message_group_uuid = derivePairGroupUuid(user.uuid, person.uuid);
  const conversation = trpc.messageGroups.get.useQuery(
    { message_group_uuid },
    { enabled: person.uuid !== user.uuid, retry: false },
  );
  const isBlocked = conversation.data?.blocked ?? false;
  const options = {
    onSuccess: () => {
      void utils.messageGroups.get.invalidate({ message_group_uuid });
      showToast({ text: isBlocked ? "Unblocked" : "Blocked" });
    },
    onError: (error: unknown) => showToast({ tone: "danger", text: describeError(error) }),
  };
  const block = trpc.users.block.useMutation(options);
  const unblock = trpc.users.unblock.useMutation(options);
  if (person.uuid === user.uuid) return null;
  const change = isBlocked ? unblock : block;
  return (
    <Button
      tone={isBlocked ? "secondary" : "danger"}
      busy={change.isPending}
      onClick={() => change.mutate({ user_uuid: person.uuid })}
    >
      {isBlocked ? "Unblock" : "Block"}
    </Button>
  );
}
