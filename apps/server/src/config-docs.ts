import { z } from "zod";

interface Property {
  description?: string;
  default?: unknown;
}

/** A configuration as a Markdown table, from its schema: variable, default, meaning. */
export function configMarkdown(schema: z.ZodType): string {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
  }) as { properties?: Record<string, Property>; required?: string[] };
  const rows = Object.entries(properties).map(([name, property]) => {
    const unset = required.includes(name) ? "**required**" : "unset";
    const fallback = property.default === undefined ? unset : `\`${String(property.default)}\``;
    return `| \`${name}\` | ${fallback} | ${property.description ?? ""} |`;
  });
  return ["| variable | default | meaning |", "|---|---|---|", ...rows].join("\n");
}
