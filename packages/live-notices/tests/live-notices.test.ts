import { randomUUID } from "node:crypto";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  type LiveNotices,
  type LiveNoticesOptions,
  NOTICE_MAX_BYTES,
} from "../src/live-notices.ts";
import { ENGINES, type TestEngine } from "./engines.ts";

describe.each(ENGINES)("live notices over %s", (_name, start) => {
  let engine: TestEngine;
  const opened: LiveNotices[] = [];
  beforeAll(async () => {
    engine = await start();
    return () => engine[Symbol.asyncDispose]();
  });
  afterEach(async () => {
    engine.proxy.resume();
    await Promise.all(opened.splice(0).map((each) => each.close()));
  });

  /** One server: what has arrived, and how often notices may have been lost. */
  async function startServer(options?: Partial<LiveNoticesOptions>) {
    const notices = await engine.open(options);
    opened.push(notices);
    const server = { notices, got: [] as string[], limits: [] as string[], gaps: 0 };
    notices.onNotice((payload) => server.got.push(payload));
    notices.subscribe("limits", (payload) => server.limits.push(payload));
    notices.onGap(() => {
      server.gaps += 1;
    });
    await notices.ready();
    await expect.poll(() => notices.isConnected()).toBe(true);
    server.gaps = 0;
    return server;
  }
  /** Everything that was published before this has arrived by its end. */
  async function settle(from: LiveNotices, servers: { got: string[] }[]) {
    const marker = `marker ${randomUUID()}`;
    await from.publish("everyone", marker);
    for (const { got } of servers) {
      await expect.poll(() => got).toContain(marker);
      got.splice(got.indexOf(marker), 1);
    }
  }

  test("a notice arrives once, in order, on every server that attends somebody in its audience", async () => {
    const [one, two] = [await startServer(), await startServer()];
    const [a, b] = [randomUUID(), randomUUID()];
    await Promise.all([one.notices.attend(a), two.notices.attend(a), two.notices.attend(b)]);
    const payloads = Array.from({ length: 200 }, (_, n) => `notice ${n}`);
    await Promise.all(payloads.map((payload) => one.notices.publish([a], payload)));
    await one.notices.publish([a, b], "to both");
    await expect.poll(() => two.got.length).toBe(201);
    await settle(one.notices, [one, two]);
    expect(one.got).toEqual([...payloads, "to both"]);
    expect(two.got.filter((payload) => payload !== "to both")).toEqual(payloads);
    expect(two.got).toHaveLength(201);
    expect([one.gaps, two.gaps]).toEqual([0, 0]);
  });

  test("a notice for everyone, and each topic, reaches every server's own subscribers", async () => {
    const [one, two] = [await startServer(), await startServer()];
    await one.notices.publish("everyone", "all");
    await two.notices.broadcast("limits", "uses");
    await expect.poll(() => [one.got, two.got]).toEqual([["all"], ["all"]]);
    await expect.poll(() => [one.limits, two.limits]).toEqual([["uses"], ["uses"]]);
  });

  test("a person with two live connections is attended until both have ended", async () => {
    const server = await startServer();
    const person = randomUUID();
    await Promise.all([server.notices.attend(person), server.notices.attend(person)]);
    server.notices.leave(person);
    await server.notices.publish([person], "still here");
    await expect.poll(() => server.got).toEqual(["still here"]);
  });

  test("after a lost connection a gap is reported, and everybody who is attended receives again", async () => {
    const server = await startServer();
    const [before, during] = [randomUUID(), randomUUID()];
    await server.notices.attend(before);
    const sinceMs = server.notices.attendedSinceMs(before);
    engine.proxy.cut();
    await expect.poll(() => server.notices.isConnected()).toBe(false);
    await expect(server.notices.publish([before], "lost")).rejects.toMatchObject({
      code: "unavailable",
    });
    await server.notices.attend(during);
    engine.proxy.resume();
    await expect.poll(() => server.gaps).toBeGreaterThan(0);
    await expect
      .poll(() => server.notices.publish([before, during], "again").catch(() => "unavailable"))
      .toBe(undefined);
    await server.notices.publish([during], "heard");
    await expect.poll(() => [...new Set(server.got)]).toEqual(["again", "heard"]);
    // Where people are attended one by one, what arrived before the gap no longer counts as complete.
    const after = server.notices.attendedSinceMs(before) ?? Number.NaN;
    expect(sinceMs === 0 ? after === 0 : after > (sinceMs ?? 0)).toBe(true);
  });

  test("a network that goes silent is noticed and reported as a gap", async () => {
    const server = await startServer({ keepAliveMs: 200, timeoutMs: 1_000 });
    const person = randomUUID();
    await server.notices.attend(person);
    engine.proxy.stall();
    await expect.poll(() => server.notices.isConnected()).toBe(false);
    engine.proxy.resume();
    await expect.poll(() => server.gaps).toBeGreaterThan(0);
    await expect
      .poll(() => server.notices.publish([person], "after").catch(() => "unavailable"))
      .toBe(undefined);
    await expect.poll(() => server.got).toContain("after");
  });

  test("the error of a handler is reported and keeps no other handler from its notice", async () => {
    const errors: unknown[] = [];
    const notices = await engine.open({ onError: (error) => errors.push(error) });
    opened.push(notices);
    const got: string[] = [];
    notices.onNotice(() => {
      throw new Error("handler");
    });
    notices.onNotice((payload) => got.push(payload));
    await notices.ready();
    await expect.poll(() => notices.isConnected()).toBe(true);
    await notices.publish("everyone", "x");
    await expect.poll(() => got).toEqual(["x"]);
    expect(errors).toMatchObject([{ message: "handler" }]);
  });

  test("a payload that one engine couldn't carry is refused on all of them", async () => {
    const { notices } = await startServer();
    await expect(notices.publish("everyone", "é".repeat(NOTICE_MAX_BYTES))).rejects.toThrow(
      RangeError,
    );
  });
});
