import { linkifyit } from "linkify-it";
import { memo, type ReactNode } from "react";

// Only complete addresses: "readme.md" is none. `safeHref` decides which schemes become links.
const linkify = linkifyit({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });

const EMOJI_ONLY =
  /^(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|\u200d|\ufe0f|\s){1,24}$/u;

/** True for a message of up to 24 emoji and nothing else, which is shown larger. */
export function isEmojiOnly(text: string): boolean {
  return EMOJI_ONLY.test(text) && /\S/.test(text);
}

const FIRST_LETTER_IS_RTL =
  /^\P{L}*[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/** True for a text that runs from right to left, as `dir="auto"` decides. */
export function isRightToLeft(text: string): boolean {
  return FIRST_LETTER_IS_RTL.test(text);
}

/** The http(s) addresses in a text, with their positions. */
export function findLinks(text: string): { href: string; start: number; end: number }[] {
  return (linkify.match(text) ?? []).flatMap(({ url, index, lastIndex }) => {
    const href = safeHref(url);
    return href === null ? [] : [{ href, start: index, end: lastIndex }];
  });
}

/** Null for every scheme but http(s), since others are not safe to open. */
function safeHref(address: string): string | null {
  try {
    const { protocol, href } = new URL(address);
    return protocol === "https:" || protocol === "http:" ? href : null;
  } catch {
    return null;
  }
}

/** The text of a message with clickable links. The keyboard reaches the links in the menu of the row. */
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
