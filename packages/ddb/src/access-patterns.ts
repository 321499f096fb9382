import { INBOX_INDEX, MESSAGE_GROUP_INDEX, SEND_CLAIM_TTL_DAYS } from "./table.ts";

/** One way the table is asked or written. Everything the product does is one of these. */
export interface AccessPattern {
  /** Letter of the original's pattern; empty for ours. */
  letter: "A" | "B" | "C" | "D" | "E" | "";
  name: string;
  question: string;
  index: string;
  key: string;
  order: string;
  /** In read (RU) or write units (WU), items under 1 KB; n is the number of members. */
  cost: string;
}

const TABLE = "table";

const ACCESS_PATTERNS: readonly AccessPattern[] = [
  {
    letter: "A",
    name: "listMessages",
    question: "The messages of a group, a page at a time, either way",
    index: TABLE,
    key: "pk = MSG#{message_group_uuid}, sk < or > {created_at}#{message_uuid}",
    order: "newest first, shown oldest first",
    cost: "one Query; 20 typical items 1 RU, strongly consistent (pages to newer ones) 2 RU",
  },
  {
    letter: "A",
    name: "listMessagesAround",
    question: "The page that holds a message",
    index: TABLE,
    key: "pk = MSG#{message_group_uuid}, sk <= and > {created_at}#{message_uuid}",
    order: "oldest first",
    cost: "two Queries at once, strongly consistent",
  },
  {
    letter: "A",
    name: "listMessagesSince",
    question: "The page that starts at a moment",
    index: TABLE,
    key: "pk = MSG#{message_group_uuid}, sk < and >= {moment}",
    order: "oldest first",
    cost: "two Queries at once, strongly consistent",
  },
  {
    letter: "A",
    name: "listMessagesBetween",
    question: "The newest messages of a range of time, for operators",
    index: TABLE,
    key: "pk = MSG#{message_group_uuid}, sk between {from} and {until}",
    order: "newest first, shown oldest first",
    cost: "one Query",
  },
  {
    letter: "A",
    name: "getMessage",
    question: "One message of a group",
    index: TABLE,
    key: "pk = MSG#{message_group_uuid}, sk = {created_at}#{message_uuid}",
    order: "",
    cost: "1 RU, strongly consistent",
  },
  {
    letter: "B",
    name: "listInbox",
    question: "A user's inbox, a page at a time, either way; optionally only what is unread",
    index: INBOX_INDEX,
    key: "pk = GRP#{user_uuid}, last_message_at < or > {created_at}#{message_uuid}",
    order: "newest first",
    cost: "one Query, 20 typical items 1.5 RU; unread only: up to five Queries of 100 rows",
  },
  {
    letter: "",
    name: "getMembership",
    question: "Is this user a member, and what does their row say?",
    index: TABLE,
    key: "pk = GRP#{user_uuid}, sk = {message_group_uuid}",
    order: "",
    cost: "1 RU, strongly consistent",
  },
  {
    letter: "C",
    name: "sendMessage",
    question: "A message to an existing group, once, however often it is sent",
    index: TABLE,
    key: "pk = CLM#{user_uuid}, sk = {client_id}; pk = MSG#{message_group_uuid}, sk = {created_at}#{message_uuid}",
    order: "",
    cost: `2 WU; the claim expires after ${SEND_CLAIM_TTL_DAYS} days`,
  },
  {
    letter: "D",
    name: "sendToPerson",
    question: "The first message to a person: both rows and the message, all or nothing",
    index: TABLE,
    key: "the keys of C; pk = GRP#{user_uuid}, sk = {message_group_uuid} twice",
    order: "",
    cost: "1 RU and at most 4n + 4 WU",
  },
  {
    letter: "D",
    name: "createMessageGroup",
    question: "A group of 2 to 100 members, all rows or none",
    index: TABLE,
    key: "pk = GRP#{user_uuid}, sk = {message_group_uuid} for each member",
    order: "",
    cost: "at most 4n WU",
  },
  {
    letter: "",
    name: "addMember, removeMember",
    question: "One more or one fewer member, counted on every row",
    index: `${MESSAGE_GROUP_INDEX}, ${TABLE}`,
    key: "message_group_uuid; pk = GRP#{user_uuid}, sk = {message_group_uuid} for each member",
    order: "",
    cost: "one transaction of n + 1 items",
  },
  {
    letter: "E",
    name: "listMemberUuids",
    question: "The rows a new message moves",
    index: MESSAGE_GROUP_INDEX,
    key: "message_group_uuid",
    order: "",
    cost: "one Query, 0.5 to 2 RU",
  },
  {
    letter: "E",
    name: "updateMembership",
    question: "The group moves to the top of a member's inbox, unread counted",
    index: TABLE,
    key: "pk = GRP#{user_uuid}, sk = {message_group_uuid}",
    order: "",
    cost: "3 WU a member and batch; a replay 1 WU and a count",
  },
  {
    letter: "",
    name: "countUnread",
    question: "How many messages of others lie after a member's marker?",
    index: TABLE,
    key: "pk = MSG#{message_group_uuid}, sk between {read marker} and {last_message_at}",
    order: "",
    cost: "what the range weighs, strongly consistent; only after replays, late arrivals and partial reads",
  },
  {
    letter: "",
    name: "markRead",
    question: "A member has read up to a message",
    index: TABLE,
    key: "pk = GRP#{user_uuid}, sk = {message_group_uuid}",
    order: "",
    cost: "1 RU and 2 WU; short of the newest message, a count more",
  },
  {
    letter: "",
    name: "getMemberships",
    question: "How far have the members read?",
    index: TABLE,
    key: "pk = GRP#{user_uuid}, sk = {message_group_uuid} for each member",
    order: "",
    cost: "one BatchGetItem, 0.5 RU a member",
  },
  {
    letter: "",
    name: "rebuildInboxes",
    question: "What should every group row say? For operators, while people write",
    index: `${MESSAGE_GROUP_INDEX}, ${TABLE}`,
    key: "every entry, page by page; then each row and its messages",
    order: "",
    cost: "one Scan of the index, two with a progress bar; 1 RU and a count a row, 2 WU where it was wrong",
  },
];

/** The table of ARCHITECTURE.md. */
export function accessPatternsMarkdown(): string {
  const cell = (text: string) => text.replaceAll("|", "\\|");
  const code = (text: string) => (text === "" ? "" : `\`${text}\``);
  return [
    "| | Pattern | Question | Index | Key | Order | Cost |",
    "|---|---|---|---|---|---|---|",
    ...ACCESS_PATTERNS.map(
      ({ letter, name, question, index, key, order, cost }) =>
        `| ${letter} | ${code(name)} | ${cell(question)} | ${index} | ${code(key)} | ${order} | ${cell(cost)} |`,
    ),
  ].join("\n");
}
