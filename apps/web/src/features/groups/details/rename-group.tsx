import { GROUP_NAME_MAX_CHARS } from "@cruddur/contract/limits";
import type { MessageGroupDetail } from "@cruddur/contract/message-groups";
import { type FormEvent, useState } from "react";
import { getClient } from "../../../lib/trpc.ts";
import { Button } from "../../../ui/button.tsx";
import { Field } from "../../../ui/field.tsx";
import { describeGroupNameProblem } from "../group-name.ts";
import { useGroupChange } from "../use-group-change.ts";
import styles from "./group-details.module.css";

/** Gives the group another name, or none. */
export function RenameGroup(props: { messageGroup: MessageGroupDetail; onDone(): void }) {
  const { messageGroup, onDone } = props;
  const { uuid: message_group_uuid } = messageGroup;
  const [name, setName] = useState(messageGroup.name ?? "");
  const change = useGroupChange((wanted: string | null, op_id) =>
    getClient().messageGroups.rename.mutate({ message_group_uuid, name: wanted, op_id }),
  );

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    const wanted = name.trim() === "" ? null : name.trim();
    const problem = describeGroupNameProblem(name);
    if (problem !== null) change.setProblem(problem);
    else if (wanted === messageGroup.name || (await change.run(wanted))) onDone();
  }

  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)}>
      <Field
        label="Name"
        hint={`Everybody in the group sees it. At most ${GROUP_NAME_MAX_CHARS} characters. Without a name, the members are named.`}
        value={name}
        error={change.problem}
        autoComplete="off"
        onChange={(event) => {
          change.setProblem(null);
          setName(event.target.value);
        }}
      />
      <div className={styles.choices}>
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" tone="primary" busy={change.isBusy}>
          Save
        </Button>
      </div>
    </form>
  );
}
