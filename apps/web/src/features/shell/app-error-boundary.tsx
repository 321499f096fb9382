import type { ReactNode } from "react";
import { ErrorBoundary } from "react-error-boundary";
import { useLocation } from "wouter";
import { paths } from "../../lib/routes.ts";
import { Button } from "../../ui/button.tsx";
import { WarningIcon } from "../../ui/icons.tsx";
import { Notice } from "../../ui/notice.tsx";
import styles from "./app-error-boundary.module.css";

/**
 * Shows a notice in place of a part that failed to render. Drafts and unsent messages are in the
 * browser's storage, so trying again or reloading loses nothing.
 */
export function AppErrorBoundary({ children }: { children: ReactNode }) {
  const [pathname] = useLocation();
  return (
    <ErrorBoundary
      resetKeys={[pathname]}
      fallbackRender={({ resetErrorBoundary }) => (
        <div role="alert" className={styles.alert}>
          <Notice
            title="Something went wrong on this page"
            icon={<WarningIcon />}
            action={
              <>
                <Button tone="primary" onClick={resetErrorBoundary}>
                  Try again
                </Button>
                <Button onClick={() => location.reload()}>Reload the page</Button>
                <a href={paths.messages()}>Go to your messages</a>
              </>
            }
          >
            Your drafts and unsent messages are saved.
          </Notice>
        </div>
      )}
    >
      {children}
    </ErrorBoundary>
  );
}
