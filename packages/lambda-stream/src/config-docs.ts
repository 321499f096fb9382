import * as v from "valibot";
import { configSchema } from "./config.ts";

/** The function's configuration as a Markdown table, from its schema: variable, default, meaning. */
export function lambdaConfigMarkdown(): string {
  const rows = Object.entries(configSchema.entries).map(([name, entry]) => {
    const fallback: unknown = v.getDefault(entry);
    const unset = entry.type === "optional" ? "unset" : "**required**";
    const shown = fallback === undefined ? unset : `\`${String(fallback)}\``;
    const described = entry.type === "optional" ? entry.wrapped : entry;
    return `| \`${name}\` | ${shown} | ${v.getDescription(described) ?? ""} |`;
  });
  return ["| variable | default | meaning |", "|---|---|---|", ...rows].join("\n");
}
