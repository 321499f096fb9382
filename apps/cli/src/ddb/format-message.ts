import { truncateText } from "@cruddur/contract/text";

const SHOWN_CHARACTERS = 40;

/** One line of a list: `bayko 2026-11-21 10:31 AM First forty characters of the message`, in UTC. */
export function formatMessage(handle: string, created_at: string, message: string): string {
  const hour = Number(created_at.slice(11, 13));
  const hour12 = String(hour % 12 || 12).padStart(2, "0");
  const time = `${hour12}:${created_at.slice(14, 16)} ${hour < 12 ? "AM" : "PM"}`;
  const text = truncateText(message.replace(/\s+/g, " "), {
    chars: SHOWN_CHARACTERS,
    bytes: Number.POSITIVE_INFINITY,
  });
  return `${handle} ${created_at.slice(0, 10)} ${time} ${text}`;
}
