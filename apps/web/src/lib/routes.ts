/** Builds every address of the app. `matchRoute` reads them. */
export const paths = {
  messages: () => "/messages",
  messageGroup: (message_group_uuid: string, options: { message?: string } = {}) =>
    `/messages/${encodeURIComponent(message_group_uuid)}${query({ message: options.message })}`,
  messageGroupNew: (handle: string) => `/messages/new/${encodeURIComponent(handle)}`,
  settings: () => "/settings",
  share: () => "/share",
  signIn: (options: { next?: string; handle?: string } = {}) => `/sign-in${query(options)}`,
  signUp: () => "/sign-up",
  confirm: (options: { handle?: string } = {}) => `/confirm${query({ handle: options.handle })}`,
  /** `step: "code"`: the code was sent, and the person enters it. */
  forgot: (options: { handle?: string; next?: string; step?: "code" } = {}) =>
    `/forgot${query(options)}`,
};

/** True for the list of conversations, where a conversation's arrow leads. */
export const isInbox = (address: string): boolean => address === paths.messages();

/** True for the list and for any conversation, where the arrow of the settings leads. */
export const isMessages = (address: string): boolean =>
  address.split(/[/?]/)[1] === paths.messages().slice(1);

export type Route =
  | { page: "home" }
  | { page: "messages" }
  | { page: "message_group"; message_group_uuid: string; message_uuid: string | null }
  | { page: "message_group_new"; handle: string }
  | { page: "settings" }
  /** Where the device brings what the person shares with the app. */
  | { page: "share" }
  | { page: "sign_in"; next: string | null; handle: string | null }
  | { page: "sign_up" }
  | { page: "confirm"; handle: string | null }
  | { page: "forgot"; handle: string | null; next: string | null; isCodeSent: boolean }
  | { page: "not_found" };

/** The pages for people who are not signed in. */
export const PUBLIC_PAGES: ReadonlySet<Route["page"]> = new Set([
  "sign_in",
  "sign_up",
  "confirm",
  "forgot",
]);

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * The page of an address.
 * @param pathname,search as in `location`
 */
export function matchRoute(pathname: string, search: string): Route {
  const segments = decodeSegments(pathname);
  const params = new URLSearchParams(search);
  if (segments === null) return { page: "not_found" };
  const [first, second, third, ...rest] = segments;
  if (rest.length > 0) return { page: "not_found" };
  if (first === undefined) return { page: "home" };
  if (first === "messages") {
    if (second === undefined) return { page: "messages" };
    if (second === "new" && third !== undefined) {
      return { page: "message_group_new", handle: third.replace(/^@/, "") };
    }
    if (third !== undefined) return { page: "not_found" };
    if (second.startsWith("@")) return { page: "message_group_new", handle: second.slice(1) };
    if (!UUID.test(second)) return { page: "not_found" };
    const message = params.get("message");
    return {
      page: "message_group",
      message_group_uuid: second.toLowerCase(),
      message_uuid: message !== null && UUID.test(message) ? message.toLowerCase() : null,
    };
  }
  if (second !== undefined) return { page: "not_found" };
  switch (first) {
    case "settings":
    case "share":
      return { page: first };
    case "sign-in":
      return {
        page: "sign_in",
        next: localPath(params.get("next")),
        handle: params.get("handle"),
      };
    case "sign-up":
      return { page: "sign_up" };
    case "confirm":
      return { page: "confirm", handle: params.get("handle") };
    case "forgot":
      return {
        page: "forgot",
        handle: params.get("handle"),
        next: localPath(params.get("next")),
        isCodeSent: params.get("step") === "code" && params.has("handle"),
      };
    default:
      return { page: "not_found" };
  }
}

/** A path on this site, or null. `?next=` must not lead to another site. */
export function localPath(next: string | null): string | null {
  // Browsers leave out tabs and line breaks, which would make "/\t/evil.example" another site.
  return next !== null && /^\/(?![/\\])[^\t\n\r]*$/.test(next) ? next : null;
}

function decodeSegments(pathname: string): string[] | null {
  try {
    return pathname.split("/").filter(Boolean).map(decodeURIComponent);
  } catch {
    return null;
  }
}

function query(values: Record<string, string | undefined>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== "") params.set(name, value);
  }
  return params.size === 0 ? "" : `?${params}`;
}
