import { expect, it } from "vitest";
import { describeSystem, type SystemEvent } from "./system-text.ts";

const ANDREW = { uuid: "andrew", handle: "andrew", display_name: "Andrew" };
const MIRA = { uuid: "mira", handle: "mira", display_name: "Mira" };
const LONDO = { uuid: "londo", handle: "londo", display_name: "Londo" };

const event = (change: Partial<SystemEvent>): SystemEvent => ({
  kind: "added",
  user_uuid: ANDREW.uuid,
  display_name: ANDREW.display_name,
  subjects: [],
  subject_count: change.subjects?.length ?? 0,
  name: "",
  ...change,
});

it.each<[Partial<SystemEvent>, string, string]>([
  [{ kind: "created" }, "mira", "Andrew created the group"],
  [{ kind: "created", name: "Hiking" }, "andrew", "You created the group “Hiking”"],
  [{ kind: "renamed", name: "Hiking" }, "mira", "Andrew named the group “Hiking”"],
  [{ kind: "renamed" }, "andrew", "You removed the group's name"],
  [{ kind: "added", subjects: [MIRA] }, "londo", "Andrew added Mira"],
  [{ kind: "added", subjects: [MIRA, LONDO] }, "londo", "Andrew added Mira and you"],
  [
    { kind: "added", subjects: [MIRA, LONDO], subject_count: 6 },
    "x",
    "Andrew added Mira, Londo and 4 others",
  ],
  [{ kind: "removed", subjects: [MIRA] }, "andrew", "You removed Mira"],
  [{ kind: "left" }, "mira", "Andrew left"],
  [{ kind: "left" }, "andrew", "You left"],
  [{ kind: "owner_changed", subjects: [MIRA] }, "mira", "Andrew made you the owner"],
  [{ kind: "merged" as SystemEvent["kind"] }, "mira", "Andrew changed the group"],
])("says %j to %s as %j", (change, reader, text) => {
  expect(describeSystem(event(change), reader)).toBe(text);
});
