import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher, Pool } from "undici";

export interface HttpResponse {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/**
 * One `POST /`, without retries. Uses undici's `dispatch` because its `request` makes a stream of
 * every response, which costs more than the rest of the call. Throws what undici throws.
 */
export function postOnce(
  pool: Pool,
  headers: Record<string, string>,
  body: string,
): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const response: HttpResponse = { status: 0, headers: {}, text: "" };
    const handler: Dispatcher.DispatchHandler = {
      // undici recognises a handler of this kind by this method alone.
      onRequestStart() {},
      onResponseStart(_controller, status, responseHeaders) {
        response.status = status;
        response.headers = responseHeaders;
      },
      onResponseData(_controller, chunk) {
        chunks.push(chunk);
      },
      onResponseEnd() {
        response.text = Buffer.concat(chunks).toString();
        resolve(response);
      },
      onResponseError(_controller, error) {
        reject(error);
      },
    };
    pool.dispatch({ method: "POST", path: "/", headers, body }, handler);
  });
}
