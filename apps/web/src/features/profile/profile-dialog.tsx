import { Dialog } from "../../ui/dialog.tsx";
import { Profile } from "./profile.tsx";

/** Who a person is, and what one can do about them. */
export default function ProfileDialog(props: { user_uuid: string; onClose(): void }) {
  return (
    <Dialog title="Profile" placement="top" onClose={props.onClose}>
      <Profile {...props} />
    </Dialog>
  );
}
