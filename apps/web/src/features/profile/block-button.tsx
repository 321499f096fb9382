import type { UserShort } from "@cruddur/contract/users";
import { describeError } from "../../lib/errors.ts";
import { readListsAgain } from "../../lib/inbox-store.ts";
import { trpc } from "../../lib/trpc.ts";
import { Button } from "../../ui/button.tsx";
import { showToast } from "../../ui/toasts.tsx";
import { askAboutPerson } from "../people/person-question.ts";

/** Asks whether to block a person, or ends the block. */
export function BlockButton(props: { person: UserShort; isBlocked: boolean }) {
  const { person, isBlocked } = props;
  const { uuid: user_uuid, display_name } = person;
  const utils = trpc.useUtils();
  const unblock = trpc.users.unblock.useMutation({
    onSuccess: () => {
      void utils.messageGroups.get.invalidate();
      readListsAgain();
      showToast({ text: "Unblocked" });
    },
    onError: (error) => showToast({ tone: "danger", text: describeError(error) }),
  });
  return (
    <Button
      tone={isBlocked ? "secondary" : "danger"}
      busy={unblock.isPending}
      onClick={() =>
        isBlocked
          ? unblock.mutate({ user_uuid })
          : askAboutPerson({ kind: "block", user_uuid, display_name })
      }
    >
      {isBlocked ? "Unblock" : "Block"}
    </Button>
  );
}
