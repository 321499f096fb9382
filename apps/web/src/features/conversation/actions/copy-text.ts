import { showToast } from "../../../ui/toasts.tsx";

/** Copies a text, and says so. */
export async function copyText(text: string, done: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    showToast({ text: done });
  } catch {
    showToast({ text: "The browser doesn't allow copying.", tone: "danger" });
  }
}
