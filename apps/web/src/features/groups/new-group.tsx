import { MESSAGE_GROUP_MAX_MEMBERS, MESSAGE_GROUP_MIN_MEMBERS } from "@cruddur/contract/limits";
import type { UserShort } from "@cruddur/contract/users";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import { describeCode } from "../../lib/errors.ts";
import { paths } from "../../lib/routes.ts";
import { getClient } from "../../lib/trpc.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { measureMessage } from "../conversation/composer/message-length.ts";
import { describeGroupNameProblem } from "./group-name.ts";
import { joinNames } from "./names.ts";
import styles from "./new-group.module.css";
import { PeoplePicker } from "./people-picker.tsx";
import { useGroupChange } from "./use-group-change.ts";

/** The others, without the person who makes the group. */
const MIN_CHOSEN = MESSAGE_GROUP_MIN_MEMBERS - 1;
const MAX_CHOSEN = MESSAGE_GROUP_MAX_MEMBERS - 1;

/**
 * Makes a group in two steps: who is in it, then its name and its first message. Both are optional.
 * A group that could not be made can be tried again, and is made once.
 */
export default function NewGroup(props: { known: readonly UserShort[]; onClose(): void }) {
  const { known, onClose } = props;
  const [, navigate] = useLocation();
  const [chosen, setChosen] = useState<readonly UserShort[]>([]);
  const [step, setStep] = useState<"people" | "texts">("people");
  const [name, setName] = useState("");
  const [message, setMessage] = useState("");
  const form = useRef<HTMLFormElement>(null);
  const change = useGroupChange(
    async (input: { handles: string[]; name?: string; message?: string }, client_id) => {
      const made = await getClient().messageGroups.create.mutate({ ...input, client_id });
      onClose();
      navigate(paths.messageGroup(made.message_group_uuid));
    },
  );

  // The control that changed the step is gone with it.
  useEffect(() => {
    form.current?.querySelector<HTMLElement>("input")?.focus();
  }, [step]);

  function goOn(): void {
    if (chosen.length < MIN_CHOSEN) change.setProblem(describeCode("group_too_small"));
    else {
      change.setProblem(null);
      setStep("texts");
    }
  }

  async function create(): Promise<void> {
    const hasMessage = message.trim() !== "";
    const problem =
      describeGroupNameProblem(name) ?? (hasMessage ? measureMessage(message).problem : null);
    if (problem !== null) {
      change.setProblem(problem);
      return;
    }
    await change.run({
      handles: chosen.map(({ handle }) => handle),
      ...(name.trim() !== "" && { name: name.trim() }),
      ...(hasMessage && { message }),
    });
  }

  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    if (step === "people") goOn();
    else void create();
  }

  const problem = change.problem !== null && (
    <p className={styles.problem} role="alert">
      {change.problem}
    </p>
  );
  if (step === "people") {
    return (
      <form ref={form} className={styles.form} onSubmit={onSubmit}>
        <PeoplePicker
          known={known}
          chosen={chosen}
          max={MAX_CHOSEN}
          onChange={(next) => {
            change.setProblem(null);
            setChosen(next);
          }}
          onSubmit={goOn}
        />
        {problem}
        <div className={styles.choices}>
          <Button type="submit" tone="primary">
            Next
          </Button>
        </div>
      </form>
    );
  }
  return (
    <form ref={form} className={styles.form} onSubmit={onSubmit}>
      <p className={styles.people} dir="auto">
        With{" "}
        {joinNames(
          chosen.map(({ display_name }) => display_name),
          chosen.length,
        )}
      </p>
      <Field
        label="Name of the group (optional)"
        value={name}
        autoComplete="off"
        onChange={(event) => {
          change.setProblem(null);
          setName(event.target.value);
        }}
      />
      <label className={styles.message}>
        <span>First message (optional)</span>
        <textarea
          rows={3}
          dir="auto"
          value={message}
          onChange={(event) => {
            change.setProblem(null);
            setMessage(event.target.value);
          }}
          onKeyDown={(event) => {
            const isComposing = event.nativeEvent.isComposing || event.keyCode === 229;
            if (event.key !== "Enter" || isComposing || !(event.ctrlKey || event.metaKey)) return;
            event.preventDefault();
            void create();
          }}
        />
      </label>
      {problem}
      <div className={styles.choices}>
        <Button onClick={() => setStep("people")}>Back</Button>
        <Button type="submit" tone="primary" busy={change.isBusy}>
          Create group
        </Button>
      </div>
    </form>
  );
}
