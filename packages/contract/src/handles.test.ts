import { describe, expect, it } from "vitest";
import { handleSkeleton, isReservedHandle } from "./handles.ts";
import { displayNameSchema, handleSchema, newHandleSchema, usersSearchInput } from "./users.ts";

describe("handles", () => {
  it.each([
    ["@londo", "londo"],
    ["  @londo ", "londo"],
    ["londo", "londo"],
  ])("are found as people write them: %j", (written, handle) => {
    expect(handleSchema.parse(written)).toBe(handle);
  });

  it.each(["lon@do", "@@londo", "-londo", "l".repeat(200)])("nobody can have %s", (written) => {
    expect(handleSchema.safeParse(written).error?.issues[0]?.message).toBe("user_not_found");
  });

  it.each([
    "b.o.t",
    "sup-port",
    "mailerdaemon",
    "MAILER_DAEMON",
    "info_",
    "1nfo",
    "adm_1n",
    "sup.p0rt",
  ])("are compared with the reserved ones without separators: %s", (handle) => {
    expect(isReservedHandle(handle)).toBe(true);
  });

  it.each([
    ["Iondo", "londo"],
    ["l0ndo", "londo"],
    ["1ondo", "LONDO"],
    ["rnira", "mira"],
  ])("that can be mistaken for each other have one skeleton: %s and %s", (one, other) => {
    expect(handleSkeleton(one)).toBe(handleSkeleton(other));
  });

  it.each([
    ["neil", "nell"],
    ["mail", "mall"],
    ["na.toth", "natoth"],
    ["user1", "user2"],
  ])("that can be told apart have two: %s and %s", (one, other) => {
    expect(handleSkeleton(one)).not.toBe(handleSkeleton(other));
  });

  it.each(["admin", "ADMIN", "adm1n", "Adm.In", "support", "supp0rt", "cruddur", "mailer-daemon"])(
    "that speak for the product are nobody's: %s",
    (handle) => {
      expect(isReservedHandle(handle)).toBe(true);
      expect(newHandleSchema.safeParse(handle).error?.issues[0]?.message).toBe("handle_taken");
    },
  );

  it.each(["londo", "administrata", "supporter.of.kings"])("like %s are free", (handle) => {
    expect(newHandleSchema.safeParse(handle).success).toBe(true);
  });
});

describe("a display name", () => {
  const nameOf = (name: string) => displayNameSchema.safeParse(name);

  it("loses the characters that turn the direction of the text", () => {
    expect(nameOf("Lon\u202Edo\u2066 \u200FMollari\u061C").data).toBe("Londo Mollari");
  });

  it.each(["\u00ad\u034f\u200b", "\ufe0f\ufe0f", "\u{e0041}\u{e0042}", "\u202e\u2069", "\u180b"])(
    "of which nothing can be seen is blank: %j",
    (name) => expect(nameOf(name).error?.issues[0]?.message).toBe("display_name_blank"),
  );

  it.each(["Londo\nMollari", "Londo\u2028Mollari", "Lo\u0000ndo", "Lo\ud800ndo", "Lo\tndo"])(
    "stays on one line and can be stored: %j is refused",
    (name) => expect(nameOf(name).error?.issues[0]?.message).toBe("invalid_input"),
  );

  it.each(["Zoë 👩‍🚀", "محمد", "李雷", "O'Neill-Ķ"])("in any script is kept: %s", (name) => {
    expect(nameOf(name).data).toBe(name);
  });
});

it.each(["lon\u0000do", "lon\ud800do"])(
  "a search that Postgres cannot hold is refused: %j",
  (query) => {
    expect(usersSearchInput.safeParse({ query }).error?.issues[0]?.message).toBe("invalid_input");
  },
);
