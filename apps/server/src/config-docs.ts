import { z } from "zod";
import { configSchema } from "./config.ts";

interface Property {
  description?: string;
  default?: unknown;
}

/** The configuration as a Markdown table, from the schema itself: variable, default, meaning. */
export function configMarkdown(): string {
  const { properties = {}, required = [] } = z.toJSONSchema(configSchema, {
    io: "input",
    unrepresentable: "any",
  }) as { properties?: Record<string, Property>; required?: string[] };
  const rows = Object.entries(properties).map(([name, property]) => {
    const fallback = required.includes(name) ? "**required**" : showDefault(property.default);
    return `| \`${name}\` | ${fallback} | ${property.description ?? ""} |`;
  });
  return ["| variable | default | meaning |", "|---|---|---|", ...rows].join("\n");
}

function showDefault(value: unknown): string {
  if (value === undefined) return "unset";
  if (typeof value !== "object" || value === null) return `\`${String(value)}\``;
  const { points, durationSeconds } = value as { points: number; durationSeconds: number };
  return `\`${points}/${durationSeconds}\``;
}
