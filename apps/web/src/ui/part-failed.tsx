import { Button } from "./button.tsx";
import { WarningIcon } from "./icons.tsx";
import { Notice } from "./notice.tsx";

/** In place of a part of the app whose code couldn't be loaded. */
export function PartFailed({ onRetry }: { onRetry(): void }) {
  return (
    <Notice
      title="This couldn't be loaded"
      icon={<WarningIcon />}
      action={<Button onClick={onRetry}>Try again</Button>}
    >
      Check your connection.
    </Notice>
  );
}
