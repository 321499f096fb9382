import { useSession } from "../../lib/session.tsx";
import { trpc } from "../../lib/trpc.ts";

/** Changes the person's profile and settings. */
export function useUpdateUser() {
  const { setUser } = useSession();
  return trpc.users.update.useMutation({ onSuccess: setUser });
}
