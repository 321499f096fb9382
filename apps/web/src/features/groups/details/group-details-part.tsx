import { Dialog } from "../../../ui/dialog.tsx";
import { PartFailed } from "../../../ui/part-failed.tsx";
import { usePart } from "../../../ui/use-part.ts";

export const loadGroupDetails = () => import("./group-details.tsx");

/** The group details, whose code is not part of the conversation's. */
export function GroupDetailsPart(props: { message_group_uuid: string; onClose(): void }) {
  const { Component, hasFailed, retry } = usePart(loadGroupDetails);
  if (Component !== null) return <Component {...props} />;
  if (!hasFailed) return null;
  return (
    <Dialog title="Group details" placement="top" onClose={props.onClose}>
      <PartFailed onRetry={retry} />
    </Dialog>
  );
}
