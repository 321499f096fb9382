import { randomUUID } from "node:crypto";
import { findValkey, startValkey, type ValkeyEngine } from "@cruddur/engines/valkey";
import { beforeAll, describe, expect, test } from "vitest";
import { createValkeyNotices } from "../src/valkey.ts";

describe.skipIf(findValkey() === null)("people on Valkey", () => {
  let valkey: ValkeyEngine;
  beforeAll(async () => {
    valkey = await startValkey();
    return () => valkey.stop();
  });
  const open = (lingerMs?: number) =>
    createValkeyNotices({
      url: valkey.url,
      onError: () => {},
      ...(lingerMs !== undefined && { lingerMs }),
    });

  test("a server receives nothing about people who have no live connection there", async () => {
    const [here, elsewhere] = [open(), open()];
    const got: string[] = [];
    elsewhere.onNotice((payload) => got.push(payload));
    await Promise.all([here.ready(), elsewhere.ready()]);
    const [anna, ben] = [randomUUID(), randomUUID()];
    await elsewhere.attend(ben);
    await here.publish([anna], "not for Ben");
    await here.publish([anna, ben], "for both");
    await expect.poll(() => got).toEqual(["for both"]);
    await Promise.all([here.close(), elsewhere.close()]);
  });

  test("a person who returns soon has missed nothing, and one who doesn't is no longer attended", async () => {
    const notices = open(50);
    const got: string[] = [];
    notices.onNotice((payload) => got.push(payload));
    await notices.ready();
    const person = randomUUID();
    await notices.attend(person);
    const sinceMs = notices.attendedSinceMs(person);
    notices.leave(person);
    await notices.publish([person], "while away");
    await notices.attend(person);
    expect(notices.attendedSinceMs(person)).toBe(sinceMs);
    await expect.poll(() => got).toEqual(["while away"]);
    notices.leave(person);
    await expect.poll(() => notices.attendedSinceMs(person)).toBe(null);
    await notices.publish([person], "missed");
    await notices.publish("everyone", "marker");
    await expect.poll(() => got).toEqual(["while away", "marker"]);
    await notices.close();
  });

  test("neither the end of one of two live connections, nor an earlier one, ends the attendance", async () => {
    const notices = open(20);
    await notices.ready();
    const [twice, returned, gone] = [randomUUID(), randomUUID(), randomUUID()];
    for (const person of [twice, twice, returned, gone]) await notices.attend(person);
    for (const person of [twice, returned]) notices.leave(person);
    await notices.attend(returned);
    // Timers of one length run in turn: whoever leaves last is the last who isn't attended.
    notices.leave(gone);
    await expect.poll(() => notices.attendedSinceMs(gone)).toBe(null);
    expect(notices.attendedSinceMs(twice)).not.toBe(null);
    expect(notices.attendedSinceMs(returned)).not.toBe(null);
    await notices.close();
  });

  test("a person who comes back while their channel is being left is attended again", async () => {
    const notices = open(0);
    const got: string[] = [];
    notices.onNotice((payload) => got.push(payload));
    await notices.ready();
    const person = randomUUID();
    for (let n = 0; n < 50; n += 1) {
      await notices.attend(person);
      notices.leave(person);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await notices.attend(person);
    await notices.publish([person], "here");
    await expect.poll(() => got).toEqual(["here"]);
    await notices.close();
  });
});
