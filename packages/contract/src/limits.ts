/** Every limit that both sides of the wire must agree on. Units are last in the names. */

/** Longest message, in characters as people count them: grapheme clusters (see `text.ts`). */
export const MESSAGE_MAX_CHARS = 1024;
/** Longest message in UTF-8 bytes. One character can take any number of bytes, so both are limited. */
export const MESSAGE_MAX_BYTES = 32_768;
/** How long after it was sent a message can be edited. */
export const MESSAGE_EDIT_WINDOW_HOURS = 24;
/** How often a message can be edited: the id of every edit is stored with it, so that none is repeated. */
export const MESSAGE_MAX_EDITS = 20;
/** How many different emoji one message can carry as reactions; each of them once a person. */
export const MESSAGE_MAX_EMOJI = 12;
export const EMOJI_MAX_BYTES = 64;
/** The preview is cut so that a membership stays under 1 KB, the size of one write unit. */
export const PREVIEW_MAX_CHARS = 200;
export const PREVIEW_MAX_BYTES = 256;

export const HANDLE_MAX_CHARS = 30;
export const DISPLAY_NAME_MAX_CHARS = 50;
/** Memberships hold copies of names; limiting their bytes keeps the cost of a membership fixed. */
export const DISPLAY_NAME_MAX_BYTES = 120;
export const EMAIL_MAX_CHARS = 254;

/** Width and height of a person's picture. */
export const AVATAR_SIZE_PX = 256;
export const AVATAR_MAX_BYTES = 49_152;
/** How many people's pictures one call asks for. */
export const AVATARS_MAX_PEOPLE = 100;
/** The newest conversations of a person, among which groups in common are looked for. */
export const GROUPS_IN_COMMON_MAX_CONVERSATIONS = 100;

/** Members with whom a group can be made; people can leave it until nobody is left. */
export const MESSAGE_GROUP_MIN_MEMBERS = 3;
/** A change of members is one transaction, which takes 100 items at the most. */
export const MESSAGE_GROUP_MAX_MEMBERS = 50;
export const GROUP_NAME_MAX_CHARS = 50;
export const GROUP_NAME_MAX_BYTES = 120;
/** How many other members the title and the picture of a group in the inbox are made of. */
export const GROUP_TITLE_MAX_MEMBERS = 3;

/** Conversations that stand above the others in an inbox. */
export const PINNED_MAX = 5;
/** Messages of a person that a report keeps as evidence. */
export const REPORT_EVIDENCE_MESSAGES = 10;
/** Messages to a person who has not accepted the conversation yet. */
export const REQUEST_MAX_MESSAGES = 3;

export const PAGE_DEFAULT_ITEMS = 20;
export const PAGE_MAX_ITEMS = 100;
/** Message text of one page, in UTF-8 bytes. A page with more text ends early, and has its cursor. */
export const PAGE_MAX_BYTES = 256 * 1024;
/** An unread count is exact below this number, which stands for "this many or more". */
export const UNREAD_COUNT_MAX = 1_000;
export const SEARCH_DEFAULT_ITEMS = 10;
export const SEARCH_MAX_ITEMS = 20;
export const SEARCH_QUERY_MAX_CHARS = 100;
export const CURSOR_MAX_CHARS = 512;

/** Passkeys of one person. */
export const PASSKEYS_MAX = 10;
export const PASSWORD_MIN_CHARS = 8;
export const PASSWORD_MAX_CHARS = 256;
export const CONFIRMATION_CODE_MAX_CHARS = 32;

/** Later than any moment that a mute of a limited time ends at. */
export const MUTED_FOR_GOOD = "9999-12-31T23:59:59.999Z";
