import { appRouter } from "../../src/router.ts";

type Procedure = { _def: { type: "query" | "mutation" | "subscription" } };
const procedures = appRouter._def.procedures as unknown as Record<string, Procedure>;

/** One plain HTTP call. A live connection is read up to its first event. */
export async function callPath(
  server: { url: string },
  path: string,
  input: unknown,
  authorization: string | undefined,
): Promise<{ status: number; app_code?: string | undefined }> {
  const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
  const isMutation = procedures[path]?._def.type === "mutation";
  const query = `?input=${encodeURIComponent(JSON.stringify(input ?? {}))}`;
  const leaving = new AbortController();
  const response = await fetch(`${server.url}/trpc/${path}${isMutation ? "" : query}`, {
    method: isMutation ? "POST" : "GET",
    headers: isMutation ? { ...headers, "content-type": "application/json" } : headers,
    body: isMutation ? JSON.stringify(input ?? {}) : null,
    signal: leaving.signal,
  });
  if (response.headers.get("content-type") === "text/event-stream") {
    let text = "";
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      if (/"type":"ready"|serialized-error[\s\S]*\n\n/.test(text)) break;
    }
    leaving.abort();
    const error = /event: serialized-error\ndata: (.*)/.exec(text)?.[1];
    if (error === undefined) return { status: 200, app_code: undefined };
    const { data } = JSON.parse(error) as { data: { httpStatus: number; app_code: string } };
    return { status: data.httpStatus, app_code: data.app_code };
  }
  const body = (await response.json()) as { error?: { data: { app_code: string } } };
  return { status: response.status, app_code: body.error?.data.app_code };
}
