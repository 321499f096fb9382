import { z } from "zod";
import { code } from "./fields.ts";

/** The services of Chrome, Edge, Firefox and Safari. `*.` stands for one or more labels. */
export const DEFAULT_PUSH_SERVICES =
  "fcm.googleapis.com,updates.push.services.mozilla.com,*.push.apple.com,*.notify.windows.com";

const HOST = /^(\*\.)?([a-z0-9-]+\.)+[a-z][a-z0-9-]*$/;
const LOOPBACK = /^http:\/\/127\.0\.0\.1:\d+$/;

/**
 * Push services that may be called, as a variable: hosts, separated by commas. Browsers choose the
 * address that a server later calls, so any other host, and any address of a network inside, is
 * refused. A local stack may also name a service of its own by its origin, `http://127.0.0.1:<port>`.
 */
export const pushServices = z
  .string()
  .transform((list) => list.split(",").map((each) => each.trim()))
  .refine(
    (list) => list.every((each) => HOST.test(each) || LOOPBACK.test(each)),
    "must be host names, separated by commas",
  );

/** True for an origin of this machine, which only a local stack may call. */
export const isLoopbackService = (service: string): boolean => LOOPBACK.test(service);

/** True when the address of a subscription belongs to one of these push services. */
export function isPushEndpoint(endpoint: string, services: readonly string[]): boolean {
  if (!URL.canParse(endpoint)) return false;
  const { origin, protocol, hostname, port, username, password } = new URL(endpoint);
  if (username !== "" || password !== "") return false;
  if (services.includes(origin) && isLoopbackService(origin)) return true;
  if (protocol !== "https:" || port !== "") return false;
  return services.some((service) =>
    service.startsWith("*.") ? hostname.endsWith(service.slice(1)) : hostname === service,
  );
}

const base64url = (bytes: number) =>
  z
    .string(code("invalid_input"))
    .regex(new RegExp(`^[A-Za-z0-9_-]{${Math.ceil((bytes * 4) / 3)}}=*$`), code("invalid_input"));
const endpoint = z
  .url({ protocol: /^https?$/, error: code("invalid_input") })
  .max(2_000, code("invalid_input"))
  .describe("The address that the browser's push service gave to this subscription.");

export const pushKeyOutput = z.object({
  public_key: z
    .string()
    .nullable()
    .describe(
      "The key to subscribe with (VAPID, RFC 8292); null where the server sends no pushes.",
    ),
});

/** A subscription as `PushSubscription.toJSON()` gives it. */
export const pushSubscribeInput = z.object({
  endpoint,
  keys: z.object(
    {
      p256dh: base64url(65).describe("The browser's public key (RFC 8291)."),
      auth: base64url(16).describe("The browser's authentication secret (RFC 8291)."),
    },
    code("invalid_input"),
  ),
});
export type PushSubscribeInput = z.infer<typeof pushSubscribeInput>;

export const pushUnsubscribeInput = z.object({ endpoint });

/**
 * What a push carries, encrypted for the one browser: ids, never a text or a name. The service worker
 * reads the message with the session of the browser.
 */
export interface PushPayload {
  /** `request`: a stranger wrote. The notification says nothing of the text. */
  kind: "message" | "request";
  message_group_uuid: string;
  message_uuid: string;
  /** Whom the push is for: another person may have signed in since. */
  user_uuid: string;
}

/** The procedures of the API about pushes: see `procedures.ts`. */
export const pushProcedures = {
  "push.key": {
    kind: "query",
    summary: "The key with which a browser subscribes to pushes of new messages.",
    input: null,
    output: pushKeyOutput,
  },
  "push.subscribe": {
    kind: "mutation",
    summary:
      "Sends pushes of new messages to a browser until its session ends. A repeated subscription replaces the first.",
    input: pushSubscribeInput,
    output: z.null(),
  },
  "push.unsubscribe": {
    kind: "mutation",
    summary: "Sends no more pushes to a browser of the caller; an unknown one is no error.",
    input: pushUnsubscribeInput,
    output: z.null(),
  },
} as const;
