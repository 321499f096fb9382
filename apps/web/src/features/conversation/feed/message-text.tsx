import { linkifyit } from "linkify-it";
import { memo, type ReactNode } from "react";

// Only what is written out in full: "readme.md" is no address, and no other scheme is safe to click.
const linkify = linkifyit({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false })
  .add("ftp:", null)
  .add("mailto:", null)
  .add("//", null);

const EMOJI_ONLY =
  /^(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|\u200d|\ufe0f|\s){1,24}$/u;

/** True for a message of a few emoji and nothing else, which is shown larger. */
export function isEmojiOnly(text: string): boolean {
  return EMOJI_ONLY.test(text) && /\S/.test(text);
}

/** The http(s) addresses in a text, with their places. */
export function findLinks(text: string): { href: string; start: number; end: number }[] {
  return (linkify.match(text) ?? []).flatMap(({ url, index, lastIndex }) => {
    const href = safeHref(url);
    return href === null ? [] : [{ href, start: index, end: lastIndex }];
  });
}

function safeHref(address: string): string | null {
  try {
    const { protocol, href } = new URL(address);
    return protocol === "https:" || protocol === "http:" ? href : null;
  } catch {
    return null;
  }
}

/** A message's text with its links clickable. By keyboard they are among the row's actions. */
export const MessageText = memo(function MessageText({ text }: { text: string }) {
  const parts: ReactNode[] = [];
  let end = 0;
  for (const link of findLinks(text)) {
    parts.push(
      text.slice(end, link.start),
      <a
        key={link.start}
        href={link.href}
        target="_blank"
        rel="noopener noreferrer nofollow"
        tabIndex={-1}
      >
        {text.slice(link.start, link.end)}
      </a>,
    );
    end = link.end;
  }
  parts.push(text.slice(end));
  return parts;
});
