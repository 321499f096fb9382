import { randomBytes, timingSafeEqual } from "node:crypto";

/** AWS credentials of a local stack. Nobody can guess the access key id, which is the proof. */
export interface EngineCredentials {
  accessKeyId: string;
  secretAccessKey: string;
}

/** New credentials, in the form of AWS's own, so that every AWS SDK and tool takes them. */
export function createEngineCredentials(): EngineCredentials {
  return {
    accessKeyId: `LOCAL${randomBytes(20).toString("hex").toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString("base64url"),
  };
}

export interface RequestHeaders {
  host: string | undefined;
  origin: string | undefined;
  authorization: string | undefined;
}

/**
 * True for a request that a web page made: pages of other sites send their `Origin`, and a page
 * whose name was rebound to this machine sends that name as `Host`.
 */
export function isFromWebPage({ host, origin }: RequestHeaders, port: number): boolean {
  const own = [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`];
  return origin !== undefined || host === undefined || !own.includes(host.toLowerCase());
}

/**
 * True when the request is signed with the stack's access key. The signature itself is not checked:
 * that would need the whole body first, and whoever can read requests on loopback to learn the
 * access key id can read the data as well.
 */
export function isSignedWith(
  { authorization = "" }: RequestHeaders,
  { accessKeyId }: EngineCredentials,
): boolean {
  const given = /^AWS4-HMAC-SHA256 Credential=([^/\s]+)\//.exec(authorization)?.[1] ?? "";
  return (
    given.length === accessKeyId.length &&
    timingSafeEqual(Buffer.from(given, "latin1"), Buffer.from(accessKeyId, "latin1"))
  );
}
