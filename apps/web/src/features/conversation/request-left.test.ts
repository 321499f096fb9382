import { expect, test } from "vitest";
import { countRequestLeft } from "./request-left.ts";

const me = "me";
const own = (client_id: string) => ({ client_id, user_uuid: me });
const sent = (request_messages_left: number | null) => ({
  ...{ request: "sent" as const, request_messages_left },
});

test("what waits in the outbox is taken off at once, and counted once when the server has it, too", () => {
  const unsent = [
    { client_id: "b", state: "sending" as const },
    { client_id: "c", state: "queued" as const },
  ];
  const written = { messages: [own("a"), own("b")], unsent, user_uuid: me };
  expect(countRequestLeft({ messageGroup: sent(2), ...written })).toBe(0);
  expect(countRequestLeft({ messageGroup: sent(null), ...written })).toBe(0);
});

test("a message that was refused leaves room, and the server's number decides where it is lower", () => {
  const unsent = [{ client_id: "b", state: "failed" as const }];
  const written = { messages: [own("a")], unsent, user_uuid: me };
  expect(countRequestLeft({ messageGroup: sent(2), ...written })).toBe(2);
  expect(countRequestLeft({ messageGroup: sent(0), ...written })).toBe(0);
});

test("whoever was accepted has no limit", () => {
  const messageGroup = { request: null, request_messages_left: null };
  const written = { messages: [own("a"), own("b"), own("c")], unsent: [], user_uuid: me };
  expect(countRequestLeft({ messageGroup, ...written })).toBeNull();
});
