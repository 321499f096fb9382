import { useRef, useState } from "react";
import type { OutboxMessage } from "../../outbox/types.ts";

/**
 * The `client_id` of the newest message that the person has sent during this visit, in this tab or
 * another; null before the first. What was new is then answered.
 */
export function useAnswer(unsent: readonly OutboxMessage[]): string | null {
  const [before] = useState(() => new Set(unsent.map(({ client_id }) => client_id)));
  const answer = useRef<string>(null);
  const newest = unsent.findLast(({ client_id }) => !before.has(client_id));
  if (newest !== undefined) answer.current = newest.client_id;
  return answer.current;
}
