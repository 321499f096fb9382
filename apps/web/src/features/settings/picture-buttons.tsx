import { useRef, useState } from "react";
import { setAvatar, useAvatar } from "../../lib/avatar-store.ts";
import { describeCode, describeError } from "../../lib/errors.ts";
import { useSession } from "../../lib/session.tsx";
import { getClient } from "../../lib/trpc.ts";
import { Button } from "../../ui/button.tsx";
import { showToast } from "../../ui/toasts.tsx";
import { encodePicture } from "./encode-picture.ts";
import styles from "./settings-page.module.css";

/** Chooses the person's picture, or removes it. */
export function PictureButtons() {
  const { user } = useSession();
  const picture = useAvatar(user.uuid);
  const input = useRef<HTMLInputElement>(null);
  const [isBusy, setBusy] = useState(false);

  async function save(image: string | null, done: string): Promise<void> {
    const { avatar } = await getClient().users.setAvatar.mutate({ image });
    setAvatar(user.uuid, avatar);
    showToast({ text: done });
  }

  async function run(work: () => Promise<void>): Promise<void> {
    setBusy(true);
    await work().catch((error) => showToast({ tone: "danger", text: describeError(error) }));
    setBusy(false);
  }

  async function choose(file: File | undefined): Promise<void> {
    if (file === undefined) return;
    const image = await encodePicture(file).catch(() => null);
    if (image === null) showToast({ tone: "danger", text: describeCode("avatar_invalid") });
    else await save(image, "Your picture was changed.");
  }

  return (
    <div className={styles.actions}>
      <input
        ref={input}
        type="file"
        accept="image/jpeg,image/png,image/webp,image/gif,image/avif"
        aria-label="Picture"
        hidden
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          // The same file may be chosen again.
          currentTarget.value = "";
          void run(() => choose(file));
        }}
      />
      <Button busy={isBusy} onClick={() => input.current?.click()}>
        {picture === null ? "Add a picture" : "Change picture"}
      </Button>
      {picture !== null && (
        <Button onClick={() => void run(() => save(null, "Your picture was removed."))}>
          Remove picture
        </Button>
      )}
    </div>
  );
}
