import type { Profiles } from "@cruddur/db/profiles";
import type { PushSubscriptions } from "@cruddur/db/push-subscriptions";
import type { Reports } from "@cruddur/db/reports";
import type { MessagesStore } from "@cruddur/ddb/store";
import type { Membership } from "@cruddur/ddb/types";
import type { IdentityService } from "../auth/identity.ts";
import type { OwnAccount } from "../auth/own-account.ts";
import type { Passkeys } from "../auth/passkeys.ts";
import type { Sessions } from "../auth/sessions.ts";
import type { RequestScope } from "../http/request-scope.ts";
import type { Limits } from "../limits/limits.ts";
import type { PageBudget } from "../limits/page-budget.ts";
import type { Live } from "../live/live.ts";
import type { ProcedureObserver } from "../observe/reporter.ts";
import type { OwnData } from "../own-data/own-data.ts";
import type { People } from "../people/people.ts";
import type { Cursors } from "./cursors.ts";
import type { Pairs } from "./pairs.ts";

/** Everything that procedures may use. `compose.ts` builds it; tests pass their own. */
export interface Services {
  auth: Pick<IdentityService, "authenticate">;
  store: MessagesStore;
  people: Omit<People, "evict" | "forgetAll">;
  profiles: Omit<Profiles, "findAvatar">;
  sessions: Pick<Sessions, "list" | "endOne">;
  ownAccount: Pick<OwnAccount, "hasSecondFactor" | "changeHandle">;
  passkeys: Pick<Passkeys, "list">;
  ownData: Pick<OwnData, "findErasure">;
  reports: Pick<Reports, "create">;
  push: {
    /** undefined where the server sends no pushes. */
    publicKey: string | undefined;
    /** The push services that subscriptions may name (`isPushEndpoint`). */
    services: readonly string[];
    subscriptions: Pick<PushSubscriptions, "put" | "remove">;
  };
  limits: Pick<Limits, "consume">;
  pages: Pick<PageBudget, "read">;
  cursors: Cursors;
  pairs: Pairs;
  live: Omit<Live, "close" | "countConnections">;
  observe: ProcedureObserver;
}

/** What one request carries into the router. */
export interface Context extends Pick<RequestScope, "address" | "facts" | "held"> {
  readonly services: Services;
  /** The `Authorization` header. */
  readonly authorization: string | undefined;
  /** The memberships of the caller that this request's queries have read, by message group uuid. */
  readonly memberships: Map<string, Promise<Membership | null>>;
  /** The message groups whose messages this request has listed. */
  readonly listed: Set<string>;
}

export function createContext(
  services: Services,
  authorization: string | undefined,
  { address, facts, held }: RequestScope,
): Context {
  return {
    ...{ services, authorization, address, facts, held },
    memberships: new Map(),
    listed: new Set(),
  };
}
