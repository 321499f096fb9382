import type { MessageGroup } from "@cruddur/contract/message-groups";
import { useLocation } from "wouter";
import { paths } from "../../lib/routes.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { PeopleSearch } from "./people-search.tsx";

/** A dialog to find a person to write to. It first offers the people of the newest conversations. */
export function PeopleDialog(props: { recent: readonly MessageGroup[]; onClose(): void }) {
  const [, navigate] = useLocation();
  const known = props.recent
    // People who were deleted have no handle, and cannot receive messages.
    .filter(({ handle }) => handle !== "")
    .map(({ user_uuid, handle, display_name }) => ({ uuid: user_uuid, handle, display_name }));
  return (
    <Dialog title="New message" placement="top" onClose={props.onClose}>
      <PeopleSearch
        known={known}
        onSelect={({ handle }) => {
          props.onClose();
          navigate(paths.messageGroupNew(handle));
        }}
      />
    </Dialog>
  );
}
