import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createMessageUuidFactory,
  derivePairGroupUuid,
  messageCreatedAt,
  messageUuidMs,
} from "./ids.ts";

const ANA = "0c5f1a52-5d1e-4f2b-9a53-6f0f6a4f9f11";
const BEN = "7d0f0c2e-9a3b-4c55-8f58-1f0a6f1b2c3d";

describe("a pair's group uuid", () => {
  it("is the same whoever writes first, in any case", () => {
    expect(derivePairGroupUuid(ANA, BEN)).toBe(derivePairGroupUuid(BEN.toUpperCase(), ANA));
  });

  it("never changes between releases, or every conversation would split", () => {
    expect(derivePairGroupUuid(ANA, BEN)).toBe("917f9a40-da23-5cf0-a67c-a705dcca3293");
  });
});

describe("message uuids", () => {
  it("strictly increase within a process, whatever the clock does", () => {
    const steps = fc.array(fc.integer({ min: -5_000, max: 5_000 }), { maxLength: 200 });
    fc.assert(
      fc.property(steps, (deltas) => {
        let now = 1_700_000_000_000;
        const mint = createMessageUuidFactory(() => now);
        const uuids = deltas.map((delta) => {
          now += delta;
          return mint();
        });
        expect(uuids).toEqual([...new Set(uuids)].sort());
      }),
    );
  });

  it("carry the message's time: created_at is read back from them", () => {
    const at = Date.parse("2026-01-01T00:00:01.234Z");
    const uuid = createMessageUuidFactory(() => at)();
    expect(messageUuidMs(uuid)).toBe(at);
    expect(messageCreatedAt(uuid)).toBe("2026-01-01T00:00:01.234Z");
  });

  it("sort after a newer message of another server when told to", () => {
    const mint = createMessageUuidFactory(() => 1_000);
    expect(messageUuidMs(mint({ notBeforeMs: 5_000 }))).toBe(5_000);
  });

  it("have times of one width, zero microseconds included, so string order is time order", () => {
    expect(messageCreatedAt(createMessageUuidFactory(() => 0)())).toBe("1970-01-01T00:00:00.000Z");
  });

  it("refuse to read a time out of a uuid that holds none", () => {
    expect(() => messageUuidMs(ANA)).toThrow(RangeError);
  });
});
