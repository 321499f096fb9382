import { createClientId } from "@cruddur/contract/ids";
import { createStore, type Store } from "../../lib/store.ts";
import { createSynchronousDrafts } from "./synchronous-drafts.ts";
import type { StartupDraft } from "./types.ts";

/** Of this tab alone: another tab's form may hold another text. */
const stored = createSynchronousDrafts<StartupDraft>(
  () => sessionStorage,
  "cruddur-startup-drafts-",
);
const byUser = new Map<string, Store<ReadonlyMap<string, StartupDraft>>>();

/**
 * Texts typed before the outbox is open, by message group. All forms share them, and they survive a
 * reload. The first opening of the browser's database can take seconds.
 */
export function startupDraftsOf(user_uuid: string): Store<ReadonlyMap<string, StartupDraft>> {
  const drafts =
    byUser.get(user_uuid) ?? createStore<ReadonlyMap<string, StartupDraft>>(stored.read(user_uuid));
  byUser.set(user_uuid, drafts);
  return drafts;
}

export function setStartupDraft(user_uuid: string, message_group_uuid: string, text: string): void {
  const drafts = startupDraftsOf(user_uuid);
  const draft = { id: createClientId(), text };
  drafts.set(new Map(drafts.get()).set(message_group_uuid, draft));
  stored.put(user_uuid, message_group_uuid, draft);
}

/** Hands the texts to the outbox that has opened, once: a second call returns none. */
export function takeStartupDrafts(user_uuid: string): ReadonlyMap<string, StartupDraft> {
  const drafts = startupDraftsOf(user_uuid);
  const taken = drafts.get();
  drafts.set(new Map());
  stored.clear(user_uuid);
  return taken;
}
