import { findMentions } from "@cruddur/contract/mentions";
import type { UserShort } from "@cruddur/contract/users";
import { createContext, type ReactNode, useContext, useMemo } from "react";
import { useSession } from "../../lib/session.tsx";
import styles from "./mentionable.module.css";
import { useStablePeople } from "./use-stable-people.ts";

const NOBODY: ReadonlyMap<string, UserShort> = new Map();
const MentionableContext = createContext(NOBODY);

/** Says whose handles are marked in the texts below: the members of a group. */
export function Mentionable(props: { people: readonly UserShort[]; children: ReactNode }) {
  const people = useStablePeople(props.people);
  const byHandle = useMemo(
    () => new Map(people.map((person) => [person.handle.toLowerCase(), person])),
    [people],
  );
  return <MentionableContext value={byHandle}>{props.children}</MentionableContext>;
}

/** A text in which the handles of mentioned people are marked. */
export function MentionedText({ text }: { text: string }): ReactNode {
  const byHandle = useContext(MentionableContext);
  const { user } = useSession();
  if (byHandle.size === 0) return text;
  const parts: ReactNode[] = [];
  let at = 0;
  for (const { handle, start, end } of findMentions(text)) {
    const person = byHandle.get(handle.toLowerCase());
    if (person === undefined) continue;
    const names = [styles.mention, person.uuid === user.uuid && styles.reader];
    parts.push(
      text.slice(at, start),
      <span
        key={start}
        className={names.filter(Boolean).join(" ")}
        title={person.display_name}
        data-mention
      >
        {text.slice(start, end)}
      </span>,
    );
    at = end;
  }
  parts.push(text.slice(at));
  return parts;
}
