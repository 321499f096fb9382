import {
  type AccessPatternDescription,
  type AccessPatterns,
  actionsOf,
  withUsedPatterns,
} from "./access-pattern.ts";
import type { ItemAttributes } from "./items/attributes.ts";
import { blockAttributes } from "./items/block-item.ts";
import { membershipAttributes } from "./items/membership-attributes.ts";
import { messageAttributes } from "./items/message-item.ts";
import { pinsAttributes } from "./items/pins-item.ts";
import { sendClaimAttributes } from "./items/send-claim-item.ts";
import { operatorPatterns, pushPatterns, serverPatterns, streamPatterns } from "./roles.ts";

const CALLERS: readonly (readonly [caller: string, patterns: AccessPatterns])[] = [
  ["server", serverPatterns],
  ["stream Lambda", streamPatterns],
  ["push Lambda", pushPatterns],
  ["operators", operatorPatterns],
];

/** The access patterns as the Markdown table of ARCHITECTURE.md. */
export function accessPatternsMarkdown(): string {
  const called = CALLERS.map(([, patterns]) => withUsedPatterns(patterns));
  const all: AccessPatterns = Object.assign({}, ...called);
  const rows = Object.entries(all).map(([name, pattern]) => {
    const { question, key, order = "", cost } = pattern.accessPattern;
    const callers = CALLERS.filter(([, patterns]) => name in withUsedPatterns(patterns));
    return [
      code(name),
      question,
      code(key),
      order,
      cost,
      actionsText(actionsOf({ [name]: pattern })),
      callers.map(([caller]) => caller).join(", "),
    ];
  });
  const titles = ["Pattern", "Question", "Key", "Order", "Cost", "IAM actions", "Called by"];
  return markdownTable(titles, rows);
}

/** The attributes of every kind of item as the Markdown table of ARCHITECTURE.md. */
export function attributesMarkdown(): string {
  const kinds: [string, ItemAttributes<never>["documentation"]][] = [
    ["membership", membershipAttributes.documentation],
    ["message", messageAttributes.documentation],
    ["send claim", sendClaimAttributes.documentation],
    ["block", blockAttributes.documentation],
    ["pins", pinsAttributes.documentation],
  ];
  const rows = kinds.flatMap(([kind, attributes]) =>
    attributes.map(({ name, type, optional, holds }) => [
      kind,
      code(name),
      optional ? `${type}, optional` : type,
      holds,
    ]),
  );
  return markdownTable(["Item", "Attribute", "Type", "Holds"], rows);
}

function actionsText(actions: AccessPatternDescription["actions"]): string {
  return Object.entries(actions)
    .map(([resource, names]) => `${names.join(", ")} on ${code(resource)}`)
    .join("; ");
}

function markdownTable(titles: readonly string[], rows: readonly string[][]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ").replaceAll("| |", "|  |")} |`;
  const escaped = rows.map((cells) => cells.map((cell) => cell.replaceAll("|", "\\|")));
  return [line(titles), `|${"---|".repeat(titles.length)}`, ...escaped.map(line)].join("\n");
}

function code(text: string): string {
  return `\`${text}\``;
}
