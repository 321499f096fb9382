import { createHmac, createSecretKey, hash, type KeyObject } from "node:crypto";

export interface SigningCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
}

/** The headers of one signed call to DynamoDB. */
export type SignedHeaders = Record<string, string>;

const SIGNED = "content-type;host;x-amz-content-sha256;x-amz-date;x-amz-target";
const CONTENT_TYPE = "application/x-amz-json-1.0";

const sha256 = (text: string) => hash("sha256", text);
const hmac = (key: string | Buffer | KeyObject, text: string) =>
  createHmac("sha256", key).update(text).digest();

/**
 * Signs `POST /` to DynamoDB, the only kind of request of its API, with Signature Version 4. The
 * signing key depends only on the secret and the day, so it is derived once a day.
 * @returns a function of the target (`DynamoDB_20120810.Query`), the body, and the moment (ms)
 */
export function createRequestSigner(options: { host: string; region: string }) {
  let derivedFor = "";
  let key: KeyObject | undefined;

  return (
    credentials: SigningCredentials,
    target: string,
    body: string,
    nowMs: number = Date.now(),
  ): SignedHeaders => {
    const { accessKeyId, secretAccessKey, sessionToken } = credentials;
    const date = new Date(nowMs).toISOString().replace(/[-:]|\.\d{3}/g, "");
    const day = date.slice(0, 8);
    if (key === undefined || derivedFor !== secretAccessKey + day) {
      let derived = hmac(`AWS4${secretAccessKey}`, day);
      for (const part of [options.region, "dynamodb", "aws4_request"])
        derived = hmac(derived, part);
      key = createSecretKey(derived);
      derivedFor = secretAccessKey + day;
    }
    const token = sessionToken === undefined ? "" : `x-amz-security-token:${sessionToken}\n`;
    const bodyHash = sha256(body);
    const signed =
      sessionToken === undefined
        ? SIGNED
        : SIGNED.replace("x-amz-target", "x-amz-security-token;x-amz-target");
    const canonical = `POST\n/\n\ncontent-type:${CONTENT_TYPE}\nhost:${options.host}\nx-amz-content-sha256:${bodyHash}\nx-amz-date:${date}\n${token}x-amz-target:${target}\n\n${signed}\n${bodyHash}`;
    const scope = `${day}/${options.region}/dynamodb/aws4_request`;
    const signature = hmac(key, `AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha256(canonical)}`);
    return {
      host: options.host,
      "content-type": CONTENT_TYPE,
      "x-amz-content-sha256": bodyHash,
      "x-amz-date": date,
      "x-amz-target": target,
      ...(sessionToken === undefined ? {} : { "x-amz-security-token": sessionToken }),
      authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${signed}, Signature=${signature.toString("hex")}`,
    };
  };
}
