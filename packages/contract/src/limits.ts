/** Every limit that both sides of the wire must agree on. Units are last in the names. */

/** Longest message, counted as people count: in grapheme clusters (see `text.ts`). */
export const MESSAGE_MAX_CHARS = 1024;
/** Longest message on the wire and in the table. One character can be any number of bytes, so both are bound. */
export const MESSAGE_MAX_BYTES = 32_768;
/** The inbox preview is cut so that a group row stays under 1 KB, the size of one write unit. */
export const PREVIEW_MAX_CHARS = 200;
export const PREVIEW_MAX_BYTES = 400;

export const HANDLE_MAX_CHARS = 30;
export const DISPLAY_NAME_MAX_CHARS = 50;
/** Names are copied into rows as snapshots; bounding their bytes keeps the rows' cost fixed. */
export const DISPLAY_NAME_MAX_BYTES = 120;

export const GROUP_MIN_MEMBERS = 2;
export const GROUP_MAX_MEMBERS = 100;

export const PAGE_DEFAULT_ITEMS = 20;
export const PAGE_MAX_ITEMS = 100;
export const SEARCH_DEFAULT_ITEMS = 10;
export const SEARCH_MAX_ITEMS = 20;
export const CURSOR_MAX_CHARS = 512;

export const PASSWORD_MIN_CHARS = 8;
export const PASSWORD_MAX_CHARS = 256;
