import { liveNames } from "./inbox-store.ts";
import { useStore } from "./store.ts";

interface Named {
  user_uuid: string;
  display_name: string;
  handle: string;
}

/** Today's name of a person on a row that may have been read before they changed it. */
export function usePerson<Row extends Named>(row: Row): Row {
  const current = useStore(liveNames).get(row.user_uuid);
  if (current === undefined) return row;
  return { ...row, display_name: current.display_name, handle: current.handle };
}
