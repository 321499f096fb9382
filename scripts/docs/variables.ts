import * as v from "valibot";
import { z } from "zod";

/** An environment variable as documentation shows it. */
export interface Variable {
  name: string;
  /** Text of the default; `undefined` without one. */
  fallback: string | undefined;
  isRequired: boolean;
  meaning: string;
}

interface Property {
  description?: string;
  default?: unknown;
}

/** The variables that a zod schema reads, in its order. */
export function zodVariables(schema: z.ZodType): Variable[] {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
  }) as { properties?: Record<string, Property>; required?: string[] };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    fallback: property.default === undefined ? undefined : String(property.default),
    isRequired: required.includes(name),
    meaning: property.description ?? "",
  }));
}

type Text = v.GenericSchema<string>;
type Entry = Text | v.OptionalSchema<Text, string | undefined>;

/** The variables that a valibot schema of texts reads, in its order. */
export function valibotVariables(entries: Readonly<Record<string, Entry>>): Variable[] {
  return Object.entries(entries).map(([name, entry]) => {
    const isOptional = "wrapped" in entry;
    const fallback = v.getDefault(entry);
    return {
      name,
      fallback: typeof fallback === "string" ? fallback : undefined,
      isRequired: !isOptional,
      meaning: v.getDescription(isOptional ? entry.wrapped : entry) ?? "",
    };
  });
}

/** A Markdown table: variable, default, meaning. */
export function variablesMarkdown(variables: readonly Variable[]): string {
  const rows = variables.map(({ name, fallback, isRequired, meaning }) => {
    const unset = isRequired ? "**required**" : "unset";
    return `| \`${name}\` | ${fallback === undefined ? unset : `\`${fallback}\``} | ${meaning} |`;
  });
  return ["| variable | default | meaning |", "|---|---|---|", ...rows].join("\n");
}

/** The text of `.env.example`: every variable of the sections once, commented out, with its default. */
export function envExample(
  sections: readonly { title: string; variables: readonly Variable[] }[],
): string {
  const seen = new Set<string>();
  const blocks = sections.map(({ title, variables }) => {
    const lines = variables
      .filter(({ name }) => !seen.has(name))
      .flatMap(({ name, fallback = "", meaning }) => {
        seen.add(name);
        return ["", `# ${meaning}`, `# ${name}=${fallback}`];
      });
    return [`# ---- ${title} ----`, ...lines].join("\n");
  });
  return [
    "# Copy to `.env` and remove the `#` of what you change. The root commands (`pnpm start`, `pnpm ddb`, …) and\n" +
      "# Docker Compose read that file; variables that are already set win. Written by `pnpm generate-docs`.",
    ...blocks,
    "",
  ].join("\n\n");
}
