import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import {
  createClientId,
  createMessageUuidFactory,
  deriveFirstMessageClientId,
  derivePairGroupUuid,
  messageCreatedAt,
  messageUuidMs,
} from "./ids.ts";

const zone = process.env.TZ;
afterEach(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

describe("message uuids", () => {
  it("contain their time, and `created_at` always has 24 characters, also at whole seconds", () => {
    const time = fc.oneof(
      fc.integer({ min: 0, max: Date.parse("9999-12-31T23:59:59.999Z") }),
      fc.integer({ min: 0, max: 253_402_300_799 }).map((seconds) => seconds * 1_000),
    );
    fc.assert(
      fc.property(time, (ms) => {
        const uuid = createMessageUuidFactory(() => ms)();
        expect(messageUuidMs(uuid)).toBe(ms);
        expect(messageCreatedAt(uuid)).toBe(new Date(ms).toISOString());
        expect(messageCreatedAt(uuid)).toHaveLength(24);
      }),
    );
  });

  it("keep their order through an hour that the local clock repeats", () => {
    process.env.TZ = "Europe/Berlin";
    const minutes = Array.from(
      { length: 180 },
      (_, i) => Date.parse(`2026-10-25T00:00:00.000Z`) + i * 60_000,
    );
    // Proves that the local clock does go back here.
    expect(new Date(minutes[60] ?? 0).getHours()).toBe(new Date(minutes[0] ?? 0).getHours());
    const times = minutes.map((ms) => messageCreatedAt(createMessageUuidFactory(() => ms)()));
    expect([...times].sort()).toEqual(times);
    expect(times.every((time) => time.endsWith("Z"))).toBe(true);
  });

  it("differ from one another where two processes make them in the same millisecond", () => {
    const make = () => createMessageUuidFactory(() => 5_000)();
    expect(new Set(Array.from({ length: 100 }, make)).size).toBe(100);
  });

  it("are the only uuids that tell a moment", () => {
    expect(() => messageUuidMs("a1b2c3d4-0000-4000-8000-00000000000a")).toThrow("not a UUIDv7");
  });

  it("strictly increase in one process, even when its clock stands still or moves back", () => {
    const clock = [5_000, 5_000, 5_000, 1_000, 4_999, 5_001, 2];
    const mint = createMessageUuidFactory(() => clock.shift() ?? 0);
    const uuids = Array.from({ length: 2_000 }, () => mint());
    expect([...new Set(uuids)].sort()).toEqual(uuids);
    expect(messageUuidMs(mint({ notBeforeMs: 9_000 }))).toBe(9_000);
  });
});

describe("client ids", () => {
  it("are random uuids", () => {
    expect(createClientId()).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(createClientId()).not.toBe(createClientId());
  });
});

describe("the first message of a group", () => {
  it("has one client id for every retry of the creation, in upper or lower case", () => {
    const creation = "a1b2c3d4-0000-4000-8000-00000000000a";
    const client_id = deriveFirstMessageClientId(creation);
    expect(client_id).toBe("a23fcdda-bba6-581d-a3f6-bb839f53a1cf");
    expect(deriveFirstMessageClientId(creation.toUpperCase())).toBe(client_id);
  });
});

describe("a pair's conversation", () => {
  it("has one uuid whoever writes first, in upper or lower case, that never changes", () => {
    const [a, b] = ["a1b2c3d4-0000-4000-8000-00000000000a", "0b5f1a52-5d1e-4f2b-9a53-6f0f6a4f9f10"];
    const uuid = derivePairGroupUuid(a, b);
    expect(derivePairGroupUuid(b.toUpperCase(), a)).toBe(uuid);
    expect(uuid).toBe("86742d00-8b7e-5a19-ad47-a89f820891fe");
    expect(derivePairGroupUuid(a, a)).not.toBe(uuid);
  });
});
