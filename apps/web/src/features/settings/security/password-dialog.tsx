import { useSession } from "../../../lib/session.tsx";
import { showToast } from "../../../ui/toasts.tsx";
import { NewPasswordField } from "../../auth/new-password-field.tsx";
import { ProofDialog } from "./proof-dialog.tsx";

export function PasswordDialog(props: { hasSecondFactor: boolean; onClose(): void }) {
  const { callAccount } = useSession();
  return (
    <ProofDialog
      {...props}
      title="Change password"
      text="This signs you out on all other devices."
      submit="Change password"
      onSubmit={async (fields) => {
        await callAccount("POST", "/password", fields);
        props.onClose();
        showToast({ text: "Your password was changed." });
      }}
    >
      <NewPasswordField label="New password" name="new_password" />
    </ProofDialog>
  );
}
