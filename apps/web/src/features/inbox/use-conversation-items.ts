import { MUTED_FOR_GOOD } from "@cruddur/contract/limits";
import type { MessageGroup } from "@cruddur/contract/message-groups";
import { describeError } from "../../lib/errors.ts";
import { isMuted, tomorrowMorning } from "../../lib/filing.ts";
import { addOwnView, readListsAgain } from "../../lib/inbox-store.ts";
import { getClient, trpc } from "../../lib/trpc.ts";
import type { MenuItem } from "../../ui/menu.tsx";
import { showToast } from "../../ui/toasts.tsx";
import { askAboutPerson } from "../people/person-question.ts";

const HOUR_MS = 3_600_000;

/** What a person can do with a conversation as a whole, for the menus of the row and of the page. */
export function useConversationItems(messageGroup: MessageGroup | undefined): MenuItem[] {
  const utils = trpc.useUtils();
  if (messageGroup === undefined) return [];
  const { user_uuid, display_name } = messageGroup;
  const { uuid: message_group_uuid, folder, pinned, blocked } = messageGroup;
  const { messageGroups, users } = getClient();
  const input = { message_group_uuid };

  const run = async (call: () => Promise<MessageGroup | null>, done: string) => {
    try {
      const changed = await call();
      if (changed !== null) addOwnView(changed);
      // The answer has no members, so the open conversation is read again.
      void utils.messageGroups.get.invalidate(input);
      readListsAgain();
      showToast({ text: done });
    } catch (error) {
      showToast({ tone: "danger", text: describeError(error) });
    }
  };
  const item = (
    label: string,
    call: () => Promise<MessageGroup | null>,
    done: string,
  ): MenuItem => ({
    label,
    onSelect: () => void run(call, done),
  });
  const question = (label: string, kind: "block" | "report"): MenuItem => ({
    label,
    tone: "danger",
    onSelect: () =>
      askAboutPerson({ kind, user_uuid, display_name, ...(kind === "report" && input) }),
  });
  const mute = (label: string, until: () => string | null, done: string) =>
    item(label, () => messageGroups.mute.mutate({ ...input, until: until() }), done);
  const inMs = (ms: number) => () => new Date(Date.now() + ms).toISOString();

  const pin = pinned
    ? item("Unpin", () => messageGroups.unpin.mutate(input), "Unpinned")
    : item("Pin", () => messageGroups.pin.mutate(input), "Pinned above the others");
  return [
    ...(folder === "inbox" ? [pin] : []),
    item("Mark as unread", () => messageGroups.markUnread.mutate(input), "Marked as unread"),
    ...(isMuted(messageGroup)
      ? [mute("Unmute", () => null, "No longer muted")]
      : [
          mute("Mute for an hour", inMs(HOUR_MS), "Muted for an hour"),
          mute(
            "Mute until tomorrow",
            () => tomorrowMorning(new Date()).toISOString(),
            "Muted until tomorrow",
          ),
          mute("Mute for good", () => MUTED_FOR_GOOD, "Muted"),
        ]),
    folder === "archive"
      ? item("Move to inbox", () => messageGroups.unarchive.mutate(input), "Moved to your inbox")
      : item("Archive", () => messageGroups.archive.mutate(input), "Archived"),
    ...(messageGroup.kind === "pair"
      ? [
          blocked
            ? item("Unblock", () => users.unblock.mutate({ user_uuid }), "Unblocked")
            : question("Block", "block"),
          question("Report", "report"),
        ]
      : []),
  ];
}
