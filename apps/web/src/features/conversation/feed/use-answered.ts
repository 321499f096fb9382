import { useRef, useState } from "react";
import type { OutboxMessage } from "../../outbox/types.ts";

/** True once the person has sent a message during this visit: what was new is then answered. */
export function useAnswered(unsent: readonly OutboxMessage[]): boolean {
  const [before] = useState(() => new Set(unsent.map(({ client_id }) => client_id)));
  const isAnswered = useRef(false);
  // Messages of another tab count too: the person has answered there.
  if (unsent.some(({ client_id }) => !before.has(client_id))) isAnswered.current = true;
  return isAnswered.current;
}
