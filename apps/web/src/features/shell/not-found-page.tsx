import { Link } from "wouter";
import { usePageTitle } from "../../lib/page-title.ts";
import { paths } from "../../lib/routes.ts";
import { SearchIcon } from "../../ui/icons.tsx";
import { Notice } from "../../ui/notice.tsx";

export function NotFoundPage() {
  usePageTitle("Page not found");
  return (
    <main className="full-page">
      <Notice
        level={1}
        title="Page not found"
        icon={<SearchIcon />}
        action={<Link href={paths.messages()}>Go to your messages</Link>}
      >
        Check the address, or go to your messages.
      </Notice>
    </main>
  );
}
