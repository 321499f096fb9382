import { paths } from "../../lib/routes.ts";
import { useSession } from "../../lib/session.tsx";
import { Button } from "../../ui/button.tsx";
import { ComposeIcon, LinkIcon } from "../../ui/icons.tsx";
import { Notice } from "../../ui/notice.tsx";
import { showToast } from "../../ui/toasts.tsx";

/** Shown while a person has no conversation: how to start one, and how others find the person. */
export function Welcome({ onCompose }: { onCompose(): void }) {
  const { user } = useSession();
  return (
    <Notice
      title={`Welcome, ${user.display_name}`}
      icon={<ComposeIcon />}
      action={
        <>
          <Button tone="primary" onClick={onCompose}>
            Find a person
          </Button>
          <Button onClick={() => void share(user.handle)}>
            <LinkIcon />
            Share your handle
          </Button>
        </>
      }
    >
      Search for a person by name or handle and say hello. Others find you as{" "}
      <strong>@{user.handle}</strong>.
    </Notice>
  );
}

/** Shares a link that opens a conversation with the person, or copies it where nothing can share. */
async function share(handle: string): Promise<void> {
  const url = new URL(paths.messageGroupNew(handle), location.href).href;
  try {
    if (matchMedia("(pointer: coarse)").matches && "share" in navigator) {
      await navigator.share({ title: `@${handle}`, url });
      return;
    }
    await navigator.clipboard.writeText(url);
    showToast({ text: "Copied a link with which others can write to you." });
  } catch (error) {
    // The person closed the device's dialog.
    if (error instanceof DOMException && error.name === "AbortError") return;
    showToast({ text: "The browser doesn't allow copying.", tone: "danger" });
  }
}
