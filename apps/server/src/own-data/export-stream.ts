import type { ExportLine } from "@cruddur/own-data/export-line";

const CHUNK_BYTES = 64 * 1024;
/** A client that takes nothing for this long gets no more, because its connection holds a page. */
const IDLE_MS = 60_000;

/**
 * An export as the body of an answer. The next lines are read only when the connection can take
 * more, so that a slow client holds no more than one page of messages in memory.
 * @param idleMs for tests
 */
export function toExportStream(
  lines: AsyncGenerator<ExportLine, void>,
  idleMs = IDLE_MS,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let idle: NodeJS.Timeout | undefined;
  const end = async () => {
    clearTimeout(idle);
    await lines.return();
  };
  return new ReadableStream({
    async pull(controller) {
      clearTimeout(idle);
      let text = "";
      while (text.length < CHUNK_BYTES) {
        const { value, done } = await lines.next();
        if (value !== undefined) text += `${JSON.stringify(value)}\n`;
        if (done) break;
      }
      if (text === "") return controller.close();
      controller.enqueue(encoder.encode(text));
      idle = setTimeout(() => {
        controller.error(new Error("an export was not received"));
        void end().catch(() => {});
      }, idleMs);
      idle.unref();
    },
    cancel: end,
  });
}
