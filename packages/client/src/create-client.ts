import { PROCEDURE_KINDS, type Procedures } from "./api.generated.ts";
import { resumeEvents } from "./events.ts";
import { authorizedFetch, type Fetch, request } from "./http.ts";
import { iteratePages } from "./pages.ts";
import { withRetries } from "./retry.ts";
import { createSignIn } from "./session.ts";
import type { CallOptions, Calls, Client, ClientOptions } from "./types.ts";

const PAGE_ITEMS = 100;
const SEARCH_PAGE_ITEMS = 20;
/** Before every message: the page that starts here is the first one. */
const BEGINNING = "1970-01-01T00:00:00.000Z";

/** A client of the API at `url`. It signs in when the first call needs it. */
export function createClient(options: ClientOptions): Client {
  const { maxAttempts = 8, fetch: given = globalThis.fetch } = options;
  // Called as a plain function: a browser's `fetch` refuses any other `this`.
  const fetch: Fetch = (input, init) => given(input, init);
  const url = options.url.replace(/\/+$/, "");
  const signIn = createSignIn({ ...options, url, fetch });
  const authorized = authorizedFetch(signIn, fetch);

  async function call(path: string, input: unknown, { signal }: CallOptions = {}) {
    const isQuery = PROCEDURE_KINDS[path as keyof typeof PROCEDURE_KINDS] === "query";
    const json = input === undefined ? undefined : JSON.stringify(input);
    const query = isQuery && json !== undefined ? `?input=${encodeURIComponent(json)}` : "";
    const init = isQuery
      ? { signal }
      : { method: "POST", headers: { "content-type": "application/json" }, body: json, signal };
    const { body } = await request(authorized, `${url}/trpc/${path}${query}`, init);
    return (body as { result: { data: unknown } }).result.data;
  }

  function calls<Name extends "messageGroups" | "messages" | "users">(group: Name) {
    const paths = Object.keys(PROCEDURE_KINDS).filter((path) => path.startsWith(`${group}.`));
    const functions = paths.map((path) => [
      path.slice(group.length + 1),
      (input: unknown, own?: CallOptions) => call(path, input, own),
    ]);
    return Object.fromEntries(functions) as Calls<Procedures[Name]>;
  }

  const messageGroups = calls("messageGroups");
  const messages = calls("messages");
  const users = calls("users");
  const retrying = <T>(work: () => Promise<T>, signal: AbortSignal | undefined) =>
    withRetries(work, { maxAttempts, signal });

  return {
    messageGroups: {
      ...messageGroups,
      iterate: (input = {}, own = {}) =>
        iteratePages((cursor) =>
          retrying(
            () => messageGroups.list({ ...input, cursor, limit: PAGE_ITEMS }, own),
            own.signal,
          ),
        ),
    },
    messages: {
      ...messages,
      iterate({ order = "newest_first", ...input }, own = {}) {
        const isForward = order === "oldest_first";
        return iteratePages(
          (cursor) => {
            const from = isForward && cursor === undefined ? { since: BEGINNING } : { cursor };
            return retrying(
              () => messages.list({ ...input, ...from, limit: PAGE_ITEMS }, own),
              own.signal,
            );
          },
          isForward ? { towards: "previous" } : { towards: "next", reverse: true },
        );
      },
    },
    users: {
      ...users,
      iterate: (input, own = {}) =>
        iteratePages((cursor) =>
          retrying(
            () => users.search({ ...input, cursor, limit: SEARCH_PAGE_ITEMS }, own),
            own.signal,
          ),
        ),
    },
    send(input, own = {}) {
      const draft = { ...input, client_id: input.client_id ?? crypto.randomUUID() };
      return retrying(() => messages.create(draft, own), own.signal);
    },
    events: (own) => resumeEvents({ url, fetch, tokens: signIn }, own),
    signOut: () => signIn.signOut(),
  };
}
