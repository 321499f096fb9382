import { compile, type JSONSchema } from "json-schema-to-typescript";
// @boundaries-ignore documents the inside of this package
import { describeSchemas } from "../../apps/server/src/reference/schemas.ts";
// @boundaries-ignore documents the inside of this package
import { procedures } from "../../packages/contract/src/procedures.ts";

const BANNER = "// Generated from the contract's schemas by `pnpm generate-docs`.";
/** What json-schema-to-typescript writes above each definition; it helps no reader. */
const ORIGIN =
  /^ \*(?:\n \*)? This interface was referenced by .+\n \* via the `definition` ".+"\.\n/gm;

/**
 * The types of `@cruddur/client`, as TypeScript that imports nothing: one type per named schema, and
 * `Procedures` with the kind, input and output of every procedure.
 */
export async function clientTypes(): Promise<string> {
  const { schemas, procedures: names } = describeSchemas();
  const ref = (name: string) => ({ $ref: `#/definitions/${name}` });
  const object = (properties: Record<string, JSONSchema>): JSONSchema => ({
    type: "object",
    additionalProperties: false,
    properties,
    required: Object.keys(properties),
  });
  const groups: Record<string, Record<string, JSONSchema>> = {};
  for (const [path, { input, output }] of Object.entries(names)) {
    const [group = "", name = ""] = path.split(".");
    const { kind, summary } = procedures[path as keyof typeof procedures];
    groups[group] ??= {};
    groups[group][name] = {
      ...object({
        kind: { const: kind },
        input: input === null ? { tsType: "undefined" } : ref(input),
        output: ref(output),
      }),
      description: summary,
    };
  }
  const root: JSONSchema = {
    ...object(
      Object.fromEntries(Object.entries(groups).map(([group, all]) => [group, object(all)])),
    ),
    description: "Every procedure of the API, by its group and name.",
    definitions: JSON.parse(
      JSON.stringify(schemas).replaceAll("#/components/schemas/", "#/definitions/"),
    ),
  };
  const types = await compile(root, "Procedures", {
    additionalProperties: false,
    unreachableDefinitions: true,
    bannerComment: BANNER,
  });
  const kinds = Object.fromEntries(
    Object.entries(procedures).map(([path, { kind }]) => [path, kind]),
  );
  return `${types.replace(ORIGIN, "").replace(/^\/\*\*\n \*\/\n/gm, "")}
/** How each procedure is called, by its path. */
export const PROCEDURE_KINDS = ${JSON.stringify(kinds, null, 2)} as const;
`;
}
