import {
  createDecipheriv,
  createECDH,
  hkdfSync,
  randomBytes,
  randomUUID,
  verify,
} from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** A push as the browser would get it. */
export interface ReceivedPush {
  endpoint: string;
  /** The decrypted content. */
  text: string;
  headers: Record<string, string | string[] | undefined>;
  /** What the sender signed about itself (RFC 8292). */
  claims: { aud: string; exp: number; sub: string };
}

/** A browser that subscribed, with what it gives to the server. */
export interface PushBrowser {
  endpoint: string;
  p256dh: string;
  auth: string;
}

export interface PushService extends AsyncDisposable {
  /** Its origin, which a local stack allows by PUSH_SERVICES. */
  origin: string;
  /** Makes a browser that trusts the owner of one VAPID key. */
  subscribe(vapidPublicKey: string): PushBrowser;
  readonly received: readonly ReceivedPush[];
  /** What was wrong with pushes that were refused. */
  readonly refused: readonly string[];
  /** The status of the next answers for an address, instead of taking the push. */
  answer(endpoint: string, status: number): void;
}

interface Subscription extends PushBrowser {
  vapidPublicKey: string;
  decrypt(body: Buffer): string;
}

/**
 * A push service and its browsers on this machine. It takes a push only if the signature is that of
 * the subscription's VAPID key (RFC 8292) and the content can be decrypted (RFC 8188, RFC 8291).
 */
export async function startPushService(): Promise<PushService> {
  const subscriptions = new Map<string, Subscription>();
  const statuses = new Map<string, number>();
  const received: ReceivedPush[] = [];
  const refused: string[] = [];
  let origin = "";

  async function take(request: IncomingMessage): Promise<number> {
    const endpoint = `${origin}${request.url}`;
    const subscription = subscriptions.get(endpoint);
    const body = await buffer(request);
    if (subscription === undefined) return 404;
    const status = statuses.get(endpoint);
    if (status !== undefined) return status;
    try {
      const { headers } = request;
      const claims = checkVapid(headers.authorization ?? "", subscription.vapidPublicKey, origin);
      if (headers["content-encoding"] !== "aes128gcm") throw new Error("another content encoding");
      if (!/^\d+$/.test(String(headers.ttl))) throw new Error("no TTL");
      received.push({ endpoint, text: subscription.decrypt(body), headers, claims });
      return 201;
    } catch (error) {
      refused.push((error as Error).message);
      return 403;
    }
  }

  const server = createServer((request, response) => {
    take(request).then(
      (status) => response.writeHead(status).end(),
      () => response.destroy(),
    );
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    origin,
    received,
    refused,
    subscribe(vapidPublicKey) {
      const { decrypt, ...keys } = createBrowserKeys();
      const browser = { endpoint: `${origin}/push/${randomUUID()}`, ...keys };
      subscriptions.set(browser.endpoint, { ...browser, vapidPublicKey, decrypt });
      return browser;
    },
    answer: (endpoint, status) => void statuses.set(endpoint, status),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function checkVapid(authorization: string, publicKey: string, origin: string) {
  const [, token = "", key = ""] = /^vapid t=([^,]+), ?k=(\S+)$/.exec(authorization) ?? [];
  if (key !== publicKey) throw new Error("another VAPID key");
  const [header = "", payload = "", signature = ""] = token.split(".");
  const point = Buffer.from(key, "base64url");
  const jwk = {
    ...{ kty: "EC", crv: "P-256" },
    x: point.subarray(1, 33).toString("base64url"),
    y: point.subarray(33).toString("base64url"),
  };
  const isSigned = verify(
    "sha256",
    Buffer.from(`${header}.${payload}`),
    { key: jwk, format: "jwk", dsaEncoding: "ieee-p1363" },
    Buffer.from(signature, "base64url"),
  );
  if (!isSigned) throw new Error("a wrong signature");
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as ReceivedPush["claims"];
  const leftSeconds = claims.exp - Date.now() / 1000;
  if (claims.aud !== origin) throw new Error("another audience");
  if (leftSeconds <= 0 || leftSeconds > 24 * 3600) throw new Error("a wrong expiry");
  if (!/^(mailto:|https:)/.test(claims.sub)) throw new Error("no subject");
  return claims;
}

function createBrowserKeys() {
  const curve = createECDH("prime256v1");
  const publicKey = curve.generateKeys();
  const auth = randomBytes(16);
  return {
    p256dh: publicKey.toString("base64url"),
    auth: auth.toString("base64url"),
    /** One record: salt (16 bytes), record size (4), length of the sender's key (1), key, content. */
    decrypt(body: Buffer): string {
      const salt = body.subarray(0, 16);
      const keyEnd = 21 + body.readUInt8(20);
      const senderKey = body.subarray(21, keyEnd);
      const derive = (secret: Uint8Array, salted: Uint8Array, info: Uint8Array, bytes: number) =>
        Buffer.from(hkdfSync("sha256", secret, salted, info, bytes));
      const info = Buffer.concat([Buffer.from("WebPush: info\0"), publicKey, senderKey]);
      const secret = derive(curve.computeSecret(senderKey), auth, info, 32);
      const key = derive(secret, salt, Buffer.from("Content-Encoding: aes128gcm\0"), 16);
      const nonce = derive(secret, salt, Buffer.from("Content-Encoding: nonce\0"), 12);
      const decipher = createDecipheriv("aes-128-gcm", key, nonce);
      decipher.setAuthTag(body.subarray(-16));
      const padded = Buffer.concat([decipher.update(body.subarray(keyEnd, -16)), decipher.final()]);
      // Zeros may follow the byte that ends the last record.
      const end = padded.findLastIndex((byte) => byte !== 0);
      if (padded[end] !== 2) throw new Error("no end of the last record");
      return padded.subarray(0, end).toString();
    },
  };
}
