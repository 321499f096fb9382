import type { AroundNavHandler } from "wouter";

/** What the app keeps in each entry of the tab's history. It survives a reload. */
interface Entry {
  /** Path and query of the entry before this one, when the app made both. */
  from?: string;
  /** The open dialog that this entry was made for, so that Back closes the dialog. */
  layer?: string;
}

let lastLayer = 0;
/** A layer was closed, and its entry is not left yet. The browser leaves an entry asynchronously. */
let isLeaving = false;

const entry = (): Entry => (history.state as Entry | null) ?? {};
const address = () => location.pathname + location.search;

/** Path and query of the page before this one in the tab's history; null when the app does not know. */
export function previousAddress(): string | null {
  return entry().from ?? null;
}

/**
 * Wraps every navigation: each entry knows where it was opened from. A navigation out of a dialog
 * takes the place of the dialog's entry.
 */
export const navigateWithOrigin: AroundNavHandler = (navigate, to, options) => {
  const { from, layer } = entry();
  const replace = options?.replace === true || layer !== undefined;
  navigate(to, { ...options, replace, state: { from: replace ? from : address() } });
};

/**
 * Makes the browser's Back close a dialog. Call when the dialog opens.
 * @param onBack called when the person went back
 * @returns call it when the dialog closes for whatever reason
 */
export function openLayer(onBack: () => void): () => void {
  lastLayer += 1;
  const layer = `${lastLayer}-${Date.now()}`;
  let isOpen = true;

  function push(): void {
    if (isOpen) history.pushState({ from: address(), layer }, "");
  }
  function onPopState(): void {
    if (entry().layer !== layer) onBack();
  }
  function listen(): void {
    push();
    addEventListener("popstate", onPopState);
  }
  if (isLeaving) addEventListener("popstate", listen, { once: true });
  else listen();

  return () => {
    isOpen = false;
    removeEventListener("popstate", listen);
    removeEventListener("popstate", onPopState);
    if (entry().layer !== layer) return;
    isLeaving = true;
    const onLeft = () => {
      isLeaving = false;
    };
    addEventListener("popstate", onLeft, { once: true });
    history.back();
  };
}
