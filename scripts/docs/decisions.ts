import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Every architecture decision in `folder` by its own title, as a Markdown list. */
export function decisionsMarkdown(folder: string): string {
  const pages = readdirSync(folder).filter((name) => /^\d{4}-/.test(name));
  return pages
    .toSorted()
    .map((name) => {
      const text = readFileSync(join(folder, name), "utf8");
      const [, number, title] = /^# (\d+)\. (.+)$/m.exec(text) ?? [];
      return `${number}. [${title}](${name})`;
    })
    .join("\n");
}
