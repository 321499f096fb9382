import type { Erasure, ExportTicket } from "@cruddur/contract/own-data";
import { useSession } from "../../../lib/session.tsx";
import { showToast } from "../../../ui/toasts.tsx";
import { ProofDialog } from "../security/proof-dialog.tsx";
import { formatDay } from "./pending-erasure.tsx";

interface DialogProps {
  hasSecondFactor: boolean;
  onClose(): void;
}

export function ExportDialog(props: DialogProps) {
  const { callAccount } = useSession();
  return (
    <ProofDialog
      {...props}
      title="Download your data"
      text="One file with a line of JSON for each message. You can download it three times a day."
      submit="Download"
      onSubmit={async (proof) => {
        const { ticket } = await callAccount<ExportTicket>("POST", "/export", proof);
        download(ticket);
        props.onClose();
        showToast({ text: "The download has begun." });
      }}
    />
  );
}

/** A form, so that the browser writes the answer to a file without holding it in memory. */
function download(ticket: string): void {
  const form = Object.assign(document.createElement("form"), {
    ...{ method: "post", action: "/account/export/download", hidden: true },
  });
  const input = { type: "hidden", name: "ticket", value: ticket };
  form.append(Object.assign(document.createElement("input"), input));
  document.body.append(form);
  form.submit();
  form.remove();
}

export function EraseDialog(props: DialogProps) {
  const { callAccount } = useSession();
  return (
    <ProofDialog
      {...props}
      title="Erase your account?"
      text="In 7 days, your messages, reactions and your profile are erased for everybody, and nobody can bring them back. Until then, you can sign in and keep your account."
      submit="Erase my account"
      tone="danger"
      onSubmit={async (proof) => {
        const { due_at } = await callAccount<Erasure>("POST", "/erasure", proof);
        props.onClose();
        showToast({ text: `Your account will be erased on ${formatDay(due_at)}.` });
      }}
    />
  );
}
