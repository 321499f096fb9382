import type { ErrorCode } from "@cruddur/client/errors";
import { describeCode } from "../../lib/errors.ts";
import { getClient } from "../../lib/trpc.ts";
import { showToast } from "../../ui/toasts.tsx";
import type { MessageChange, OutboxChange, SendChange } from "./types.ts";

/** Makes a change by its procedure. */
export const changeOverTrpc: SendChange = async (change, signal) => {
  const { message_group_uuid, message_uuid, op_id } = change;
  const { messages } = getClient();
  const of = { message_group_uuid, message_uuid };
  const options = { signal };
  if (change.kind === "hide") {
    await messages.hide.mutate(of, options);
    return { type: "message_hidden", ...of };
  }
  const message =
    change.kind === "edit"
      ? await messages.edit.mutate({ ...of, op_id, message: change.message }, options)
      : change.kind === "delete"
        ? await messages.delete.mutate({ ...of, op_id }, options)
        : await messages[change.kind].mutate({ ...of, op_id, emoji: change.emoji }, options);
  return { type: "message_changed", message };
};

const REFUSALS: Record<MessageChange["kind"], string> = {
  edit: "Your edit wasn't saved.",
  delete: "The message wasn't deleted.",
  hide: "The message wasn't deleted for you.",
  react: "Your reaction wasn't added.",
  unreact: "Your reaction wasn't removed.",
};

/** Says why a change was taken back. The text of an edit can be copied, because it is shown nowhere. */
export function showRefusal(change: OutboxChange, code: ErrorCode): void {
  const text = `${REFUSALS[change.kind]} ${describeCode(code)}`;
  if (change.kind !== "edit") showToast({ tone: "danger", text });
  else {
    const copy = () => void navigator.clipboard.writeText(change.message).catch(() => {});
    showToast({ tone: "danger", text, action: { label: "Copy my text", onSelect: copy } });
  }
}
