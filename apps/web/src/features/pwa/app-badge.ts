import { unread } from "../../lib/page-title.ts";

/** Shows the number of unread messages on the icon of the installed app, where the system can. */
export function startAppBadge(): void {
  if (!("setAppBadge" in navigator)) return;
  const show = () => {
    const count = Number.parseInt(unread.get(), 10);
    const shown = count > 0 ? navigator.setAppBadge(count) : navigator.clearAppBadge();
    // A system may refuse badges, which the person decides there.
    shown.catch(() => {});
  };
  unread.subscribe(show);
  show();
}
