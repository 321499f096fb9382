import type { Session } from "@cruddur/contract/accounts";
import type { MessageGroup } from "@cruddur/contract/message-groups";
import type { Message } from "@cruddur/contract/messages";
import type { PushPayload } from "@cruddur/contract/push";

const TIMEOUT_MS = 10_000;
/** The lock of the pages (`lib/session-store.ts`): each refresh replaces the cookie. */
const SESSION_LOCK = "cruddur-session";

/** The title and the text of a notification. */
export interface NotificationText {
  title: string;
  body: string;
}

/**
 * Reads the message of a push with the session of this browser, as its pages do.
 * @returns null when there is nothing to say: nobody or another person is signed in, or the message
 * was deleted. Rejects while the server cannot be reached.
 */
export async function readMessage(push: PushPayload): Promise<NotificationText | null> {
  const session = await navigator.locks.request(SESSION_LOCK, () =>
    call<Session>("/session/refresh", { method: "POST", body: "{}" }),
  );
  if (session.user.uuid !== push.user_uuid) return null;
  const { message_group_uuid, message_uuid } = push;
  const query = <Output>(path: string, input: object) =>
    call<{ result: { data: Output } }>(
      `/trpc/${path}?input=${encodeURIComponent(JSON.stringify(input))}`,
      { headers: { authorization: `Bearer ${session.access_token}` } },
    ).then(({ result }) => result.data);
  const [message, messageGroup] = await Promise.all([
    query<Message>("messages.get", { message_group_uuid, message_uuid }),
    query<MessageGroup>("messageGroups.get", { message_group_uuid }),
  ]);
  return message.deleted_at === null ? wordsOf(message, messageGroup) : null;
}

/** The sender and the text; of a group also its name. */
function wordsOf(message: Message, { kind, name, some_members }: MessageGroup): NotificationText {
  if (kind === "pair") return { title: message.display_name, body: message.message };
  const title = name ?? some_members.map(({ display_name }) => display_name).join(", ");
  return { title, body: `${message.display_name}: ${message.message}` };
}

async function call<Answer>(path: string, init: RequestInit): Promise<Answer> {
  const headers = { "content-type": "application/json", ...init.headers };
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetch(path, { ...init, headers, signal, credentials: "include" });
  if (!response.ok) throw new Error(`${response.status}`);
  return (await response.json()) as Answer;
}
