import { showToast } from "../../ui/toasts.tsx";

const WORKER = "/service-worker.js";
/** How often an app that stays open asks for a new version, at most. */
const UPDATE_CHECK_MS = 60 * 60_000;

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(): string },
  ): { createScriptURL(url: string): string };
}

/** The content security policy allows this one policy, and it allows this one script. */
function trustedWorkerUrl(): string {
  const { trustedTypes } = window as { trustedTypes?: TrustedTypes };
  const policy = trustedTypes?.createPolicy("service-worker", { createScriptURL: () => WORKER });
  return policy?.createScriptURL(WORKER) ?? WORKER;
}

/**
 * Registers the service worker, and says when a new version of the app is ready. A browser without
 * service workers, or one that refuses them, shows the app as before.
 */
export async function registerWorker(): Promise<void> {
  // A first worker is no new version: the page was not shown by an older one.
  const isUpdate = navigator.serviceWorker.controller !== null;
  const registration = await navigator.serviceWorker.register(trustedWorkerUrl()).catch(() => null);
  if (registration === null) return;
  let isFirst = !isUpdate && registration.active === null;
  registration.addEventListener("updatefound", () => {
    const { installing } = registration;
    const isNewVersion = !isFirst;
    isFirst = false;
    installing?.addEventListener("statechange", () => {
      if (isNewVersion && installing.state === "activated") offerReload();
    });
  });
  let checkedAtMs = Date.now();
  document.addEventListener("visibilitychange", () => {
    if (document.hidden || Date.now() - checkedAtMs < UPDATE_CHECK_MS) return;
    checkedAtMs = Date.now();
    void registration.update().catch(() => {});
  });
}

function offerReload(): void {
  showToast({
    text: "A new version is ready.",
    action: { label: "Reload", onSelect: () => location.reload() },
  });
}
