import { MESSAGE_GROUP_MAX_MEMBERS } from "@cruddur/contract/limits";
import type { MessageGroupDetail } from "@cruddur/contract/message-groups";
import type { UserShort } from "@cruddur/contract/users";
import { useMemo, useState } from "react";
import { getClient } from "../../../lib/trpc.ts";
import { Button } from "../../../ui/button.tsx";
import { Switch } from "../../../ui/field.tsx";
import { PeoplePicker } from "../people-picker.tsx";
import { useGroupChange } from "../use-group-change.ts";
import styles from "./group-details.module.css";

/** Adds people to the group, with or without what was written before. */
export function AddMembers(props: { messageGroup: MessageGroupDetail; onDone(): void }) {
  const { messageGroup, onDone } = props;
  const { uuid: message_group_uuid, members } = messageGroup;
  const [chosen, setChosen] = useState<readonly UserShort[]>([]);
  const [sharesHistory, setSharesHistory] = useState(false);
  const excluded = useMemo(
    () => new Map(members.map(({ uuid }) => [uuid, "Already in the group"])),
    [members],
  );
  const change = useGroupChange((input: { handles: string[]; share_history: boolean }, op_id) =>
    getClient().messageGroups.add.mutate({ message_group_uuid, ...input, op_id }),
  );

  async function add(): Promise<void> {
    if (chosen.length === 0) {
      change.setProblem("Choose at least one person.");
      return;
    }
    const handles = chosen.map(({ handle }) => handle);
    if (await change.run({ handles, share_history: sharesHistory })) onDone();
  }

  return (
    <div className={styles.form}>
      <PeoplePicker
        chosen={chosen}
        excluded={excluded}
        max={MESSAGE_GROUP_MAX_MEMBERS - members.length}
        onChange={(next) => {
          change.setProblem(null);
          setChosen(next);
        }}
        onSubmit={() => void add()}
      />
      <Switch
        label="Share earlier messages"
        hint="They can then read what you can read, from before they joined."
        checked={sharesHistory}
        onChange={setSharesHistory}
      />
      {change.problem !== null && (
        <p className={styles.problem} role="alert">
          {change.problem}
        </p>
      )}
      <div className={styles.choices}>
        <Button onClick={onDone}>Cancel</Button>
        <Button tone="primary" busy={change.isBusy} onClick={() => void add()}>
          {chosen.length > 1 ? `Add ${chosen.length} people` : "Add"}
        </Button>
      </div>
    </div>
  );
}
