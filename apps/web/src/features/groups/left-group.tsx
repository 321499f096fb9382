import { Link } from "wouter";
import { paths } from "../../lib/routes.ts";
import { PeopleIcon } from "../../ui/icons.tsx";
import { Notice } from "../../ui/notice.tsx";
import type { Departure } from "./use-departure.ts";

/** In place of a group's page, when the person is no longer a member. */
export function LeftGroup({ title, departure }: { title: string; departure: Departure }) {
  const group = title === "" ? "this group" : `“${title}”`;
  return (
    <Notice
      level={1}
      title="You are no longer in this group"
      icon={<PeopleIcon />}
      action={<Link href={paths.messages()}>Go to your messages</Link>}
    >
      {describeDeparture(departure, group)} You can't read or write its messages any more.
    </Notice>
  );
}

function describeDeparture(departure: Departure, group: string): string {
  switch (departure) {
    case "removed":
      return `You were removed from ${group}.`;
    case "left":
      return `You left ${group} on another device.`;
    case "unknown":
      return `You left ${group}, or somebody removed you.`;
  }
}
