import type { AccountProof } from "@cruddur/contract/accounts";
import type { OwnUser } from "@cruddur/contract/users";
import { createContext, type ReactNode, useContext } from "react";
import { request } from "./http.ts";
import type { SessionState, SessionStore } from "./session-store.ts";
import { useStore } from "./store.ts";

interface SessionValue {
  store: SessionStore;
  state: SessionState;
}

const SessionContext = createContext<SessionValue | null>(null);

export function SessionProvider({ store, children }: { store: SessionStore; children: ReactNode }) {
  const state = useStore(store.state);
  return <SessionContext value={{ store, state }}>{children}</SessionContext>;
}

/** The session in any state, for the session gate and the public pages. */
export function useSessionState(): SessionValue {
  const value = useContext(SessionContext);
  if (value === null) throw new Error("useSessionState outside SessionProvider");
  return value;
}

/** The signed-in person. Use it inside the SessionGate only. */
export function useSession(): {
  user: OwnUser;
  signOut(): Promise<void>;
  signOutEverywhere(proof: AccountProof): Promise<void>;
  /** Calls a route about the person's own account. Throws CruddurError. */
  callAccount<T>(method: "POST" | "DELETE", path: string, body: unknown): Promise<T>;
  setUser(user: OwnUser): void;
} {
  const { store, state } = useSessionState();
  if (state.status !== "signed_in") throw new Error("useSession outside the SessionGate");
  return {
    user: state.user,
    signOut: () => store.signOut(),
    signOutEverywhere: store.signOut,
    callAccount: async (method, path, body) =>
      request(method, `/account${path}`, { body, accessToken: await store.accessToken() }),
    setUser: store.setUser,
  };
}
