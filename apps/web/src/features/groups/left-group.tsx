import { Link } from "wouter";
import { paths } from "../../lib/routes.ts";
import { PeopleIcon } from "../../ui/icons.tsx";
import { Notice } from "../../ui/notice.tsx";

/** In place of a group's page, when the person is no longer a member. */
export function LeftGroup({ title }: { title: string }) {
  return (
    <Notice
      level={1}
      title="You are no longer in this group"
      icon={<PeopleIcon />}
      action={<Link href={paths.messages()}>Go to your messages</Link>}
    >
      {title === "" ? "You" : `You left “${title}”, or somebody removed you. You`} can't read or
      write its messages any more.
    </Notice>
  );
}
