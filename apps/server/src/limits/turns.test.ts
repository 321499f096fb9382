import { expect, test } from "vitest";
import { createTurns } from "./turns.ts";

/** Work that ends when the test says so. */
function createWork() {
  const running: (() => void)[] = [];
  const work = () => new Promise<void>((resolve) => void running.push(resolve));
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return { running, work, settle, endOne: () => void running.shift()?.() };
}

test("a person's dear work runs one after the other, and more than may wait is refused", async () => {
  const turns = createTurns({ atOnce: 3, waiting: 10, ofPerson: 2 });
  const { running, work, settle, endOne } = createWork();
  const both = Promise.all([turns.run("a", work), turns.run("a", work)]);
  await expect(turns.run("a", work)).rejects.toMatchObject({ code: "rate_limited" });
  await settle();
  expect(running).toHaveLength(1);
  // Another person needn't wait for the first.
  const other = turns.run("b", work);
  await settle();
  expect(running).toHaveLength(2);
  endOne();
  await settle();
  endOne();
  endOne();
  await Promise.all([both, other]);
  const again = turns.run("a", () => Promise.reject(new Error("failed")));
  await expect(again).rejects.toThrow("failed");
  await turns.run("a", async () => {});
});

test("the dear work of all people together has a limit, over which it is unavailable", async () => {
  const turns = createTurns({ atOnce: 1, waiting: 1, ofPerson: 5 });
  const { running, work, settle, endOne } = createWork();
  const two = [turns.run("a", work), turns.run("b", work)];
  await settle();
  await expect(turns.run("c", work)).rejects.toMatchObject({ code: "unavailable" });
  expect(running).toHaveLength(1);
  endOne();
  await settle();
  endOne();
  await Promise.all(two);
});
