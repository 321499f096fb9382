import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { createConversation, findAxeViolations, useBrowser } from "./support.ts";

const browser = useBrowser();

test("edits, deletions and reactions of other people appear live, in the conversation and in the inbox", async () => {
  const { a, apiB, message_group_uuid } = await createConversation(["one", "two", "three"]);
  const page = await browser.openAs(a, { path: `/messages/${message_group_uuid}` });
  const log = page.getByRole("log");
  const inbox = page.locator("#conversations");
  await log.getByText("three").waitFor();
  const sent = await apiB.send({ message_group_uuid }, "a slip");
  await log.getByText("a slip").waitFor();
  const message = { message_group_uuid, message_uuid: sent.uuid };
  const change = () => ({ ...message, op_id: randomUUID() });

  await apiB.messages.edit.mutate({ ...change(), message: "no slip" });
  const row = page.locator(`[data-uuid="${sent.uuid}"]`);
  await row.getByText("no slip").waitFor();
  await row.getByText("Edited").waitFor();
  await inbox.getByText("no slip").waitFor();
  await apiB.messages.react.mutate({ ...change(), emoji: "👍" });
  await row.getByRole("list", { name: "Reactions" }).getByText("👍").waitFor();
  expect(await findAxeViolations(page)).toEqual([]);

  await apiB.messages.delete.mutate(change());
  await row.getByText("Ben Brook deleted a message").waitFor();
  await inbox.getByText("Message deleted").waitFor();
  expect(await log.getByText("no slip").count()).toBe(0);
  expect(await row.getByText("Edited").count()).toBe(0);

  // Of messages shown together only the last shows its time, but each says that it was edited.
  const earlier = await apiB.send({ message_group_uuid }, "before another one");
  await apiB.send({ message_group_uuid }, "another one");
  await apiB.messages.edit.mutate({
    message_group_uuid,
    message_uuid: earlier.uuid,
    op_id: randomUUID(),
    message: "before the last one",
  });
  await page.locator(`[data-uuid="${earlier.uuid}"]`).getByText("Edited").waitFor();
  expect(await findAxeViolations(page)).toEqual([]);
});
