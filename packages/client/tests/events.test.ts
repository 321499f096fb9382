import { startTcpProxy } from "@cruddur/engines/tcp-proxy";
import { expect, test } from "vitest";
import { CruddurError, createClient, type ReceivedEvent } from "../src/index.ts";
import { clientOf, find, url } from "./support.ts";

const isMessage = (text: string) => (event: ReceivedEvent) =>
  event.type === "message" && event.message.message === text;

test("a broken connection resumes after its last event: nothing is missing", async () => {
  await using proxy = await startTcpProxy({ targetPort: Number(new URL(url).port) });
  const andrew = clientOf("andrewbrown");
  const bayko = clientOf("bayko", { url: `http://127.0.0.1:${proxy.port}` });
  const events = bayko.events()[Symbol.asyncIterator]();
  const rest = { [Symbol.asyncIterator]: () => ({ next: () => events.next() }) };
  await find(rest, ({ type }) => type === "ready");
  await andrew.send({ handle: "bayko", message: "before the cut" });
  await find(rest, isMessage("before the cut"));
  proxy.cut();
  await andrew.send({ handle: "bayko", message: "while away" });
  proxy.resume();
  const missed = await find(rest, isMessage("while away"));
  await events.return?.();
  const again = bayko.events({ lastEventId: missed.id });
  await andrew.send({ handle: "bayko", message: "to another iteration" });
  await find(again, isMessage("to another iteration"));
});

test("a token refused by the connection is replaced", async () => {
  let connections = 0;
  const client = clientOf("bayko", {
    fetch: (input, init) => {
      const headers = new Headers(init?.headers);
      if (String(input).includes("live.events")) {
        connections += 1;
        if (connections === 1) headers.set("authorization", "Bearer spoilt");
      }
      return fetch(input, { ...init, headers });
    },
  });
  expect((await find(client.events(), () => true)).type).toBe("ready");
  expect(connections).toBe(2);
});

test("without any session the iteration throws, and a signal ends it quietly", async () => {
  const error = await find(createClient({ url, token: "spoilt" }).events(), () => true).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(CruddurError);
  expect(error).toMatchObject({ code: "unauthenticated" });
  const stopping = new AbortController();
  const types: string[] = [];
  for await (const { type } of clientOf("bayko").events({ signal: stopping.signal })) {
    types.push(type);
    stopping.abort();
  }
  expect(types).toEqual(["ready"]);
});
