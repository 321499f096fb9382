import { createHash, createHmac } from "node:crypto";
import { type Dispatcher, Pool } from "undici";

/**
 * The limit for a DynamoDB client: each call is one signed request on a kept connection, without an
 * SDK, retries and typed errors. It derives the key of Signature Version 4 once a day.
 */
export function createMinimalClient(options: { endpoint: string; region: string }) {
  const pool = new Pool(options.endpoint, { connections: 64, pipelining: 1 });
  const host = new URL(options.endpoint).host;
  let day = "";
  let key: Buffer = Buffer.alloc(0);
  const hmac = (secret: string | Buffer, text: string) =>
    createHmac("sha256", secret).update(text).digest();

  return {
    async call(operation: string, input: unknown): Promise<Record<string, unknown>> {
      const body = JSON.stringify(input);
      const target = `DynamoDB_20120810.${operation}`;
      const date = new Date().toISOString().replace(/[-:]|\.\d{3}/g, "");
      if (date.slice(0, 8) !== day) {
        day = date.slice(0, 8);
        key = ["dynamodb", "aws4_request"].reduce(
          hmac,
          hmac(hmac("AWS4local", day), options.region),
        );
      }
      const scope = `${day}/${options.region}/dynamodb/aws4_request`;
      const sha = (text: string) => createHash("sha256").update(text).digest("hex");
      const canonical = `POST\n/\n\ncontent-type:application/x-amz-json-1.0\nhost:${host}\nx-amz-date:${date}\nx-amz-target:${target}\n\ncontent-type;host;x-amz-date;x-amz-target\n${sha(body)}`;
      const signature = hmac(key, `AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha(canonical)}`);
      const headers = {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-date": date,
        "x-amz-target": target,
        authorization: `AWS4-HMAC-SHA256 Credential=local/${scope}, SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=${signature.toString("hex")}`,
      };
      return JSON.parse(await post(pool, headers, body));
    },
    close: () => pool.close(),
  };
}

/** undici's `dispatch`, since its `request` makes a stream of every answer. */
function post(pool: Pool, headers: Record<string, string>, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let status = 0;
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart() {},
      onResponseStart(_controller, statusCode) {
        status = statusCode;
      },
      onResponseData: (_controller, chunk) => void chunks.push(chunk),
      onResponseEnd() {
        const text = Buffer.concat(chunks).toString();
        if (status === 200) resolve(text);
        else reject(new Error(text));
      },
      onResponseError: (_controller, error) => reject(error),
    };
    pool.dispatch({ method: "POST", path: "/", headers, body }, handler);
  });
}
