import { createMessageUuidFactory } from "@cruddur/contract/ids";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as keys from "./keys.ts";

const USER = "a1b2c3d4-0000-4000-8000-00000000000a";
const GROUP = "0c5f1a52-5d1e-5f2b-9a53-6f0f6a4f9f10";
const MESSAGE = "019aa5f0-1c00-7abc-8def-0123456789ab";
const CREATED_AT = "2025-11-21T10:22:47.808Z";

const uuidAt = (time: string) => createMessageUuidFactory(() => Date.parse(time))();

describe("keys", () => {
  it("are written as they always were, since items under other keys are lost", () => {
    expect(keys.membershipPk(USER)).toBe(`GRP#${USER}`);
    expect(keys.membershipSk(GROUP)).toBe(GROUP);
    expect(keys.messagePk(GROUP)).toBe(`MSG#${GROUP}`);
    expect(keys.messageSk(MESSAGE)).toBe(`${CREATED_AT}#${MESSAGE}`);
    expect(keys.sendClaimPk(USER)).toBe(`CLM#${USER}`);
    expect(keys.sendClaimSk(GROUP)).toBe(GROUP);
  });

  it("parse to what they were built from, whatever its case", () => {
    for (const uuid of [USER, USER.toUpperCase()]) {
      expect(keys.parseMembershipPk(keys.membershipPk(uuid))).toBe(USER);
      expect(keys.parseMembershipSk(keys.membershipSk(uuid))).toBe(USER);
      expect(keys.parseMessagePk(keys.messagePk(uuid))).toBe(USER);
      expect(keys.parseSendClaimPk(keys.sendClaimPk(uuid))).toBe(USER);
      expect(keys.parseSendClaimSk(keys.sendClaimSk(uuid))).toBe(USER);
    }
    for (const uuid of [MESSAGE, MESSAGE.toUpperCase()]) {
      expect(keys.parseMessageSk(keys.messageSk(uuid))).toEqual({
        message_uuid: MESSAGE,
        created_at: CREATED_AT,
      });
    }
  });

  it("of another kind or shape are refused", () => {
    for (const pk of ["", "MSG#", `GRP#${GROUP}`, `MSG#${GROUP}x`, `msg#${GROUP}`]) {
      expect(() => keys.parseMessagePk(pk)).toThrow(keys.KeyError);
    }
    for (const sk of [
      "",
      MESSAGE,
      `2026-11-21T00:00:00.000Z#${MESSAGE}`,
      `${CREATED_AT}#${USER}`,
      // Dates that there aren't, though they parse to the uuid's moment.
      `2026-02-30T00:00:00.000Z#${uuidAt("2026-03-02T00:00:00.000Z")}`,
      `2026-03-01T24:00:00.000Z#${uuidAt("2026-03-02T00:00:00.000Z")}`,
    ]) {
      expect(() => keys.parseMessageSk(sk)).toThrow(keys.KeyError);
    }
  });

  it("of messages sort as their uuids do, which is by time, across any year's end", () => {
    const time = fc.integer({ min: 0, max: Date.parse("9999-12-31T23:59:59.999Z") });
    fc.assert(
      fc.property(time, time, (a, b) => {
        const [one, two] = [a, b].map((ms) => createMessageUuidFactory(() => ms)()) as [
          string,
          string,
        ];
        const [skOne, skTwo] = [keys.messageSk(one), keys.messageSk(two)];
        expect(skOne < skTwo).toBe(one < two);
        if (a !== b) expect(skOne < skTwo).toBe(a < b);
        expect(skOne).toHaveLength(61);
        expect(skOne > keys.messageSk(keys.FIRST_MESSAGE_UUID)).toBe(true);
        expect(skOne < keys.messageSk(keys.LAST_MESSAGE_UUID)).toBe(true);
        expect(keys.messageSkFloor(a) <= skOne && skOne < keys.messageSkCeiling(a)).toBe(true);
        expect(keys.messageSkAbove(skOne) > skOne).toBe(true);
      }),
    );
  });
});
