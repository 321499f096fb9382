import { describe, expect, it } from "vitest";
import { lines, useCommands } from "./support.ts";
import { historyOf, membershipOf } from "./table.ts";

const { conversationFile, group, member, seed, table, users } = useCommands();

describe("seed", () => {
  it("loads one minute apart, none in the future, and both inboxes preview the last line", async () => {
    const startedMs = Date.now();
    expect(await seed(await conversationFile(lines(104)))).toMatchObject({ exitCode: 0 });
    const history = await historyOf(table, group());
    expect(history.map(({ message }) => message)).toEqual(
      lines(104)
        .split("\n")
        .map((l) => l.slice(10)),
    );
    const times = history.map(({ created_at }) => Date.parse(created_at));
    expect(new Set(times.slice(1).map((ms, i) => ms - (times[i] ?? 0)))).toEqual(new Set([60_000]));
    expect(times.at(-1)).toBeLessThanOrEqual(Date.now());
    expect(times.at(-1)).toBeGreaterThanOrEqual(startedMs);
    for (const [handle, unread_count] of [
      ["andrewbrown", 1],
      ["bayko", 0],
    ] as const) {
      const membership = await membershipOf(table, member(handle), group());
      expect(membership).toMatchObject({ unread_count, last_message: { message: "line 104" } });
    }
  });

  it("run again doubles nothing and moves nothing", async () => {
    const path = await conversationFile(lines(5));
    await seed(path);
    const before = await historyOf(table, group());
    await seed(path);
    expect(await historyOf(table, group())).toEqual(before);
  });

  it.each([
    ["Person 1: a\nPerson 3: b\nPerson 2: c", "line 2"],
    ["Person 1: a\n\nPerson 2: c", "line 2"],
    ["Person 1: a\nPerson 2:   ", "line 2"],
    [`Person 1: ${"x".repeat(1025)}`, "line 1"],
    ["", "empty"],
  ])("a file with a bad line loads nothing and names the line", async (text, named) => {
    const { exitCode, stderr } = await seed(await conversationFile(text));
    expect(exitCode).toBe(1);
    expect(stderr).toContain(named);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(await historyOf(table, group())).toEqual([]);
  });

  it("an unknown handle or file is one clear line and exit code 1", async () => {
    users.delete("bayko");
    const path = await conversationFile(lines(2));
    expect(await seed(path)).toMatchObject({
      exitCode: 1,
      stderr: "error: there is no user @bayko\n",
    });
    const missing = await seed("/nowhere/at-all.txt");
    expect(missing).toMatchObject({
      exitCode: 1,
      stderr: "error: can't read /nowhere/at-all.txt\n",
    });
  });
});
