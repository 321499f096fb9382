import { expect, test } from "vitest";
import { allSent, texts } from "./outbox-page.ts";
import { createConversation, readOutbox, signIn, useBrowser } from "./support.ts";

const browser = useBrowser();

test("messages and drafts that an earlier version of the app stored are sent in order and kept", async () => {
  const { a, apiA, apiB, message_group_uuid } = await createConversation(["Hello", "Hi"]);
  const page = await browser.open();
  await page.goto("/sign-in");
  await page.evaluate(
    async ([user_uuid, group]) => {
      const opening = indexedDB.open(`cruddur-outbox-${user_uuid}`, 1);
      opening.onupgradeneeded = () => {
        const outbox = opening.result.createObjectStore("outbox", { keyPath: "client_id" });
        outbox.createIndex("order", ["message_group_uuid", "seq"]);
        const drafts = opening.result.createObjectStore("draft", {
          keyPath: "message_group_uuid",
        });
        const ids = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()];
        for (const [index, seq] of [2, 3, 1].entries()) {
          outbox.add({
            client_id: ids[index],
            message_group_uuid: group,
            handle: null,
            seq,
            message: `stored ${seq}`,
            state: "queued",
            tries: 4,
            created_at: new Date().toISOString(),
            error: "network",
          });
        }
        drafts.add({ message_group_uuid: group, text: "older draft", rev: 7 });
      };
      await new Promise((resolve, reject) => {
        opening.onsuccess = resolve;
        opening.onerror = () => reject(opening.error);
      });
      opening.result.close();
      // The earlier version's page closed before the database had its last write.
      const key = `cruddur-page-exit-drafts-${user_uuid}`;
      localStorage.setItem(key, JSON.stringify({ [group]: { text: "not sent yet", rev: 8 } }));
    },
    [apiA.user_uuid, message_group_uuid] as const,
  );
  await signIn(page, a);
  await page.getByRole("link", { name: /Ben Brook/ }).click();
  await allSent(page, 3);
  expect(await texts(page)).toEqual(["stored 1", "stored 2", "stored 3"]);
  const { items } = await apiB.messages.list.query({ message_group_uuid });
  expect(items.slice(2).map(({ message }) => message)).toEqual([
    "stored 1",
    "stored 2",
    "stored 3",
  ]);
  await expect.poll(() => page.getByRole("textbox").inputValue()).toBe("not sent yet");
  const [draft] = (await readOutbox(page, "draft")) as { revision: number; rev?: number }[];
  expect([draft?.revision, draft?.rev]).toEqual([8, undefined]);
});
