const MAX_CHARS = 200;

/** One line of bounded length: what a client sends may hold anything, and Postgres refuses U+0000. */
export const toLine = (text: string): string => text.replace(/\p{C}/gu, " ").slice(0, MAX_CHARS);
