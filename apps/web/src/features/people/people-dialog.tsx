import type { MessageGroup } from "@cruddur/contract/message-groups";
import { useState } from "react";
import { useLocation } from "wouter";
import { paths } from "../../lib/routes.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { PeopleIcon } from "../../ui/icons.tsx";
import { NewGroup } from "../groups/new-group.tsx";
import { PeopleSearch } from "./people-search.tsx";

/**
 * A dialog to find a person to write to, or several people for a group. It first offers the people
 * of the newest conversations.
 */
export function PeopleDialog(props: { recent: readonly MessageGroup[]; onClose(): void }) {
  const [, navigate] = useLocation();
  const [isGroup, setGroup] = useState(false);
  const known = props.recent
    // Groups have no handle, nor have people who were deleted and cannot receive messages.
    .filter(({ handle }) => handle !== "")
    .map(({ user_uuid, handle, display_name }) => ({ uuid: user_uuid, handle, display_name }));
  return (
    <Dialog title={isGroup ? "New group" : "New message"} placement="top" onClose={props.onClose}>
      {isGroup ? (
        <NewGroup known={known} onClose={props.onClose} />
      ) : (
        <PeopleSearch
          known={known}
          onSelect={({ handle }) => {
            props.onClose();
            navigate(paths.messageGroupNew(handle));
          }}
        >
          <Button onClick={() => setGroup(true)}>
            <PeopleIcon />
            New group
          </Button>
        </PeopleSearch>
      )}
    </Dialog>
  );
}
