import { linkifyit } from "linkify-it";
import { memo, type ReactNode, useContext } from "react";
import { Link } from "wouter";
import { matchRoute, paths } from "../../../lib/routes.ts";
import { MentionedText } from "../../groups/mentionable.tsx";
import { LinkedMessage } from "../quotes/linked-message.tsx";
import { splitCode, splitEmphasis, type TextPart } from "./format-text.ts";
import { LinksShown } from "./links-shown.ts";
import styles from "./message-text.module.css";

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

/**
 * The text of a message with clickable links, code, and bold and italic words. Marks stay as they were
 * typed. The keyboard reaches the links in the menu of the row.
 */
export const MessageText = memo(function MessageText({ text }: { text: string }) {
  return splitCode(text).map((part, index) =>
    part.kind === "text" ? (
      <Linked key={index} text={part.text} />
    ) : (
      <Marked key={index} {...part} />
    ),
  );
});

function Linked({ text }: { text: string }) {
  const parts: ReactNode[] = [];
  const links = useContext(LinksShown) ? findLinks(text) : [];
  let end = 0;
  for (const link of links) {
    parts.push(
      <Emphasized key={end} text={text.slice(end, link.start)} />,
      <MessageLink key={`link-${link.start}`} href={link.href}>
        {text.slice(link.start, link.end)}
      </MessageLink>,
    );
    end = link.end;
  }
  parts.push(<Emphasized key={end} text={text.slice(end)} />);
  return parts;
}

/** A link. One to a page of this app opens here, and any other in a new tab. */
function MessageLink({ href, children }: { href: string; children: string }) {
  const { origin, pathname, search } = new URL(href);
  if (origin === location.origin && pathname.startsWith(`${paths.messages()}/`)) {
    const route = matchRoute(pathname, search);
    if (route.page === "message_group" && route.message_uuid !== null) {
      const { message_group_uuid, message_uuid } = route;
      return (
        <LinkedMessage message_group_uuid={message_group_uuid} message_uuid={message_uuid}>
          {children}
        </LinkedMessage>
      );
    }
    return (
      <Link href={pathname + search} tabIndex={-1}>
        {children}
      </Link>
    );
  }
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow" tabIndex={-1}>
      {children}
    </a>
  );
}

function Emphasized({ text }: { text: string }) {
  return splitEmphasis(text).map((part, index) =>
    part.kind === "text" ? (
      <MentionedText key={index} text={part.text} />
    ) : (
      <Marked key={index} {...part} />
    ),
  );
}

const ELEMENTS = { bold: "strong", italic: "em", code: "code", block: "code" } as const;

function Marked({ kind, text, marks }: TextPart) {
  if (kind === "text") return text;
  const Element = ELEMENTS[kind];
  const isCode = kind === "block" || kind === "code";
  const className = kind === "block" ? styles.block : kind === "code" ? styles.code : undefined;
  return (
    <Element className={className}>
      <span className={styles.mark}>{text.slice(0, marks)}</span>
      {isCode ? text.slice(marks, -marks) : <MentionedText text={text.slice(marks, -marks)} />}
      <span className={styles.mark}>{text.slice(-marks)}</span>
    </Element>
  );
}
