import { createClientId } from "@cruddur/contract/ids";
import { useRef, useState } from "react";
import { describeError } from "../../lib/errors.ts";

/**
 * A change that the person can repeat when it fails. A repeated change has the same id as the first
 * one, so that the server makes it once; another change has another id.
 * @param mutate makes the change
 */
export function useGroupChange<Input>(mutate: (input: Input, id: string) => Promise<unknown>) {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const last = useRef<{ input: string; id: string }>(null);

  return {
    isBusy,
    /** Why the last attempt failed, as a sentence; null when it did not. */
    problem,
    setProblem,
    /** @returns whether the server made the change */
    async run(input: Input): Promise<boolean> {
      if (isBusy) return false;
      const key = JSON.stringify(input);
      if (last.current?.input !== key) last.current = { input: key, id: createClientId() };
      setBusy(true);
      setProblem(null);
      try {
        await mutate(input, last.current.id);
        last.current = null;
        return true;
      } catch (error) {
        setProblem(describeError(error));
        return false;
      } finally {
        setBusy(false);
      }
    },
  };
}
