import type { MessageGroup } from "@cruddur/contract/message-groups";
import { useState } from "react";
import { useLocation } from "wouter";
import { paths } from "../../lib/routes.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { PeopleIcon } from "../../ui/icons.tsx";
import { PartFailed } from "../../ui/part-failed.tsx";
import { usePart } from "../../ui/use-part.ts";
import { knownPeople } from "./known-people.ts";
import { PeopleSearch } from "./people-search.tsx";

const loadNewGroup = () => import("../groups/new-group.tsx");

/**
 * A dialog to find a person to write to, or several people for a group. It first offers the people
 * of the newest conversations.
 */
export function PeopleDialog(props: { recent: readonly MessageGroup[]; onClose(): void }) {
  const [, navigate] = useLocation();
  const [isGroup, setGroup] = useState(false);
  // Loaded in advance, so that the next step opens at once.
  const newGroup = usePart(loadNewGroup);
  const known = knownPeople(props.recent);
  return (
    <Dialog title={isGroup ? "New group" : "New message"} placement="top" onClose={props.onClose}>
      {isGroup ? (
        newGroup.Component !== null ? (
          <newGroup.Component known={known} onClose={props.onClose} />
        ) : newGroup.hasFailed ? (
          <PartFailed onRetry={newGroup.retry} />
        ) : (
          <div aria-busy="true" />
        )
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
