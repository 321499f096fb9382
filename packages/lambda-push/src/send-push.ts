import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { isPushEndpoint, type PushPayload } from "@cruddur/contract/push";
import type { PushSubscriptionKeys } from "@cruddur/db/push-subscriptions";
import webPush from "web-push";

/** `gone`: the subscription has ended and must be dropped. `failed`: the push service did not take the push. */
export type PushOutcome = "sent" | "gone" | "failed";

export type SendPush = (to: PushSubscriptionKeys, payload: PushPayload) => Promise<PushOutcome>;

export interface PushSenderOptions {
  publicKey: string;
  privateKey: string;
  /** Whom a push service may write to about these pushes: a `mailto:` or `https:` address. */
  subject: string;
  /** The push services that may be called (`isPushEndpoint`). */
  services: readonly string[];
  timeoutMs?: number;
  retryDelayMs?: number;
}

/** How long a push service keeps a push for a device that is off. After a day, a message is no news. */
const KEPT_SECONDS = 24 * 3600;
const ATTEMPTS = 2;

/**
 * Sends encrypted pushes (RFC 8030, 8291, 8292). Of several pushes about one conversation, a push
 * service keeps only the newest for a device that is off. Redirects are not followed, because they
 * could lead to any address. Never throws.
 */
export function createPushSender(options: PushSenderOptions): SendPush {
  const { publicKey, privateKey, subject, services } = options;
  const { timeoutMs = 5_000, retryDelayMs = 500 } = options;
  const vapidDetails = { publicKey, privateKey, subject };

  /** Returns null for keys with which nothing can be encrypted: a client may have made them up. */
  function encrypt({ endpoint, p256dh, auth }: PushSubscriptionKeys, payload: PushPayload) {
    try {
      return webPush.generateRequestDetails(
        { endpoint, keys: { p256dh, auth } },
        JSON.stringify(payload),
        {
          ...{ vapidDetails, TTL: KEPT_SECONDS, contentEncoding: "aes128gcm", urgency: "high" },
          topic: topicOf(payload.message_group_uuid),
        },
      );
    } catch {
      return null;
    }
  }

  async function send(to: PushSubscriptionKeys, payload: PushPayload): Promise<PushOutcome | null> {
    const details = encrypt(to, payload);
    if (details === null) return "gone";
    const { "Content-Length": _, ...headers } = details.headers;
    const response = await fetch(to.endpoint, {
      method: "POST",
      headers: Object.entries(headers).map(([name, value]): [string, string] => [
        name,
        String(value),
      ]),
      body: new Uint8Array(details.body ?? []),
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    await response.body?.cancel();
    if (response.ok) return "sent";
    if (response.status === 404 || response.status === 410) return "gone";
    return response.status === 429 || response.status >= 500 ? null : "failed";
  }

  return async (to, payload) => {
    // The list of services may have changed since the browser subscribed.
    if (!isPushEndpoint(to.endpoint, services)) return "gone";
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const outcome = await send(to, payload).catch(() => null);
      if (outcome !== null) return outcome;
      if (attempt < ATTEMPTS) await sleep(retryDelayMs);
    }
    return "failed";
  };
}

/**
 * The value of the header `Topic`, which has at most 32 characters of base64url. It is a hash, so that the
 * push service does not learn the uuid of the conversation.
 */
function topicOf(message_group_uuid: string): string {
  return createHash("sha256").update(message_group_uuid).digest("base64url").slice(0, 32);
}
