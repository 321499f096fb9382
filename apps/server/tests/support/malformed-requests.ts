import fc from "fast-check";
import { appRouter } from "../../src/router.ts";

export interface Malformed {
  method: string;
  path: string;
  headers: Record<string, string>;
  /** null sends no body at all, not even an empty one. */
  body: string | Uint8Array | null;
  /** Sends the body without its length. */
  chunked: boolean;
}

/** A live connection stays open, so its response never ends. */
const PROCEDURES = Object.keys(appRouter._def.procedures).filter((path) => path !== "live.events");
/** Known keys with wrong values pass the outermost checks. */
const KEYS = [
  "message_group_uuid",
  "message",
  "client_id",
  "handle",
  "cursor",
  "limit",
  "direction",
  "around",
  "since",
  "query",
  "message_uuid",
  "display_name",
  "json",
  "0",
  "__proto__",
  "constructor",
];
/** What stores and terminals refuse or read wrongly. As JSON, which may say more than UTF-8 can. */
const hostileText = fc
  .array(
    fc.constantFrom(
      "\u0000",
      "\ud800",
      "\udc00",
      "\u202e",
      "\u200b",
      "\u0301".repeat(500),
      "a",
      "'",
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((parts) => parts.join(""));
const VALID_UUID = "0c5f1a52-5d1e-5f2b-9a53-6f0f6a4f9f10";
const KEYS_OF_PUSH = { p256dh: "A".repeat(87), auth: "A".repeat(22) };
const passkeyOf = (text: string) => ({
  ...{ id: text, rawId: text, type: "public-key" },
  response: { clientDataJSON: text, attestationObject: text, authenticatorData: text },
});
/** Right in everything but one text, so that the text gets as far as it can. */
const nearlyRight = hostileText.chain((text) =>
  fc.constantFrom<object>(
    { query: text, limit: 5 },
    { query: `a${text}` },
    { display_name: `a${text}` },
    { handle: `a${text}` },
    { handle: "bayko", message: `a${text}`, client_id: VALID_UUID },
    { handle: `a${text}`, message: "hello", client_id: VALID_UUID },
    { message_group_uuid: VALID_UUID, cursor: text },
    { handle: `a${text}`, password: `correct horse ${text}` },
    { handle: "nobodyhere", code: `1${text}`, password: "correct horse 9 Battery" },
    { password: `correct horse ${text}`, code: `1${text}`, new_password: `a1b2c3d4${text}` },
    { password: "correct horse 9 Battery", email: `a${text}@example.com` },
    { password: "correct horse 9 Battery", code: text },
    { "csp-report": { "effective-directive": text } },
    { session_uuid: text },
    { endpoint: `https://fcm.googleapis.com/${text}`, keys: { p256dh: text, auth: text } },
    { endpoint: `https://${text}.push.apple.com/`, keys: KEYS_OF_PUSH },
    { user_uuid: VALID_UUID, reason: "other", note: text },
    { user_uuids: [VALID_UUID, text] },
    { image: text },
    { image: Buffer.from(text).toString("base64") },
    { handle: "nobodyhere", session: text, credential: passkeyOf(text) },
    { registration: text, credential: passkeyOf(text) },
    { passkey_uuid: text, password: "correct horse 9 Battery" },
    { message_group_uuid: VALID_UUID, op_id: VALID_UUID, handles: [text], name: `a${text}` },
    { message_group_uuid: VALID_UUID, op_id: VALID_UUID, message_uuid: VALID_UUID, emoji: text },
    { message_group_uuid: VALID_UUID, until: text },
    { handle: "nobodyhere", code: "1", password: `correct horse 9 ${text}` },
  ),
);
const wrongInput = fc.oneof(
  nearlyRight,
  fc.jsonValue({ maxDepth: 4 }),
  fc.dictionary(
    fc.constantFrom(...KEYS),
    fc.oneof(fc.jsonValue(), fc.string({ unit: "binary" }), fc.uuid()),
    { maxKeys: 5 },
  ),
);
const json = wrongInput.map((value) => JSON.stringify(value) ?? "null");
const brokenJson = fc.oneof(
  json.map((text) => text.slice(0, -1)),
  fc.string({ unit: "binary" }),
  fc.constantFrom("", "{", "[[[[", "nul", '{"a":1}}', "\u0000", '{"0":', "NaN", "'x'"),
);
/** What Node's client refuses to send goes over a plain socket, below. */
const headerValue = fc
  .string({ unit: fc.constantFrom(...'abc .-_=;,/"%é0{}') })
  .map((value) => value.trim());

export const malformed: fc.Arbitrary<Malformed> = fc.record({
  method: fc.constantFrom("GET", "GET", "POST", "POST", "PUT", "PATCH", "DELETE", "HEAD"),
  path: fc.oneof(
    fc
      .tuple(fc.constantFrom(...PROCEDURES), fc.oneof(json, brokenJson), fc.boolean())
      .map(
        ([procedure, input, batch]) =>
          `/trpc/${procedure}?${batch ? "batch=1&" : ""}input=${encodeURIComponent(Buffer.from(input).toString())}`,
      ),
    fc.string({ unit: "grapheme-ascii" }).map((text) => `/trpc/${encodeURIComponent(text)}`),
    fc.constantFrom(
      "/trpc",
      "/trpc/",
      "/trpc/,,,?batch=1",
      "/trpc/%",
      "/trpc/%E0%A4%A",
      "/trpc/__proto__",
      "/trpc/users.__proto__",
      "/session/%00",
      "/%00",
      "/%ud800",
      "/.%2e/.%2e/etc/passwd",
      "http://[/",
      "/\\..\\x",
      "/settings\\",
      "http://evil.example/session",
      "*",
      "/trpc/messages.list?batch=1&input=%7B%220%22:5%7D",
    ),
    fc.constantFrom(
      "/session",
      "/session/refresh",
      "/session/all",
      "/account",
      "/account/confirm",
      "/account/reset",
      "/account/password",
      "/account/email",
      "/account/email/confirm",
      "/account/second-factor",
      "/account/second-factor/confirm",
      "/account/passkeys",
      "/account/passkeys/confirm",
      "/session/passkey",
      "/session/passkey/confirm",
      "/account/export",
      "/account/export/download",
      "/account/erasure",
      "/csp-reports",
      "/avatars/x.jpg",
      `/avatars/${"0".repeat(64)}.jpg`,
      "/docs",
      "/openapi.json",
      "/healthz",
      "/share?text=%5C",
      "/.well-known/security.txt",
    ),
  ),
  headers: fc.record({
    "content-type": fc.constantFrom(
      "application/json",
      "application/json",
      "text/plain",
      "multipart/form-data",
      "multipart/form-data; boundary=x",
      "application/x-www-form-urlencoded",
      "application/octet-stream",
      "x",
    ),
    authorization: fc.oneof(
      fc.constant("valid"),
      headerValue,
      headerValue.map((value) => `Bearer ${value}`),
    ),
    cookie: headerValue.map((value) => `cruddur_session=${value}`),
    "trpc-accept": fc.constantFrom("application/json", "application/jsonl", "x"),
    "x-forwarded-for": headerValue,
    host: fc.constantFrom(
      "localhost",
      "localhost",
      "localhost",
      "%",
      "a b",
      "[",
      "[::1",
      "x:99999",
      "\\",
      "é",
    ),
    "user-agent": fc.constantFrom("a browser", "\u0080\u009f", "x".repeat(4_000)),
  }),
  body: fc.oneof(json, brokenJson, fc.uint8Array({ maxLength: 200 }), fc.constant(null)),
  chunked: fc.boolean(),
});
