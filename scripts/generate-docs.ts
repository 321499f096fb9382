/**
 * `pnpm generate-docs`: writes the generated parts of the documentation from the code they describe.
 * `--check` writes nothing and exits 1 where a file differs, so that no part can go out of date.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
// @boundaries-ignore documents the inside of this package
import { configSchema as serverSchema } from "../apps/server/src/config.ts";
// @boundaries-ignore documents the inside of this package
import {
  accessPatternsMarkdown,
  attributesMarkdown,
} from "../packages/ddb/src/access-pattern-docs.ts";
// @boundaries-ignore documents the inside of this package
import { stackConfigSchema } from "../packages/dev-stack/src/config.ts";
// @boundaries-ignore documents the inside of this package
import { configSchema as pushSchema } from "../packages/lambda-push/src/config.ts";
// @boundaries-ignore documents the inside of this package
import { configSchema as lambdaSchema } from "../packages/lambda-stream/src/config.ts";
import { clientTypes } from "./docs/client-types.ts";
import { decisionsMarkdown } from "./docs/decisions.ts";
import { licencesMarkdown } from "./docs/licences.ts";
import { packagesMarkdown } from "./docs/packages.ts";
import { performanceMarkdown } from "./docs/performance.ts";
import { partitionMarkdown, scaleMarkdown } from "./docs/scale.ts";
import { envExample, valibotVariables, variablesMarkdown, zodVariables } from "./docs/variables.ts";
import { root } from "./workspace.mjs";

const USAGE =
  "Usage: pnpm generate-docs [--check]\n\n  --check  write nothing, exit 1 where a file differs";
const [mode, ...rest] = process.argv.slice(2);
if (rest.length > 0 || (mode !== undefined && mode !== "--check")) {
  console.log(USAGE);
  process.exit(mode === "--help" ? 0 : 1);
}

interface Part {
  file: string;
  content: string;
  /** Place between `<!-- generated:NAME -->` and `<!-- /generated:NAME -->`; without it the whole file. */
  name?: string;
}

/** The example of the READMEs is a file that is type-checked and run. */
const quickStart = `\`\`\`ts\n${readFileSync(join(root, "examples/quick-start.ts"), "utf8")}\`\`\``;
const CONFIGURE = "docs/operations/configure.md";
const variables = {
  server: zodVariables(serverSchema),
  stack: zodVariables(stackConfigSchema),
  lambda: valibotVariables(lambdaSchema.entries),
  push: zodVariables(pushSchema),
};
const parts: Part[] = [
  { file: "ARCHITECTURE.md", name: "packages", content: packagesMarkdown() },
  { file: "ARCHITECTURE.md", name: "attributes", content: attributesMarkdown() },
  { file: "ARCHITECTURE.md", name: "access-patterns", content: accessPatternsMarkdown() },
  { file: CONFIGURE, name: "configuration", content: variablesMarkdown(variables.server) },
  { file: CONFIGURE, name: "stack-configuration", content: variablesMarkdown(variables.stack) },
  { file: CONFIGURE, name: "lambda-configuration", content: variablesMarkdown(variables.lambda) },
  { file: CONFIGURE, name: "push-configuration", content: variablesMarkdown(variables.push) },
  { file: "README.md", name: "quick-start", content: quickStart },
  { file: "packages/client/README.md", name: "quick-start", content: quickStart },
  { file: "packages/client/src/api.generated.ts", content: await clientTypes() },
  { file: "README.md", name: "performance", content: performanceMarkdown() },
  { file: "docs/adr/README.md", name: "index", content: decisionsMarkdown(join(root, "docs/adr")) },
  { file: "docs/scale.md", name: "scale", content: scaleMarkdown() },
  { file: "docs/scale.md", name: "partition", content: partitionMarkdown() },
  { file: "docs/licences.md", name: "licences", content: licencesMarkdown() },
  {
    file: ".env.example",
    content: envExample([
      { title: "The local stack: pnpm start, pnpm dev", variables: variables.stack },
      {
        title: "Docker Compose",
        variables: [
          {
            name: "POSTGRES_PASSWORD",
            fallback: undefined,
            isRequired: true,
            meaning:
              "Password of the Postgres in compose.yaml; letters and digits. Required there.",
          },
        ],
      },
      {
        title: "The server; the local stack sets what it starts itself",
        variables: variables.server,
      },
    ]),
  },
];

function fill(text: string, name: string, content: string): string {
  const open = `<!-- generated:${name} -->`;
  const close = `<!-- /generated:${name} -->`;
  const start = text.indexOf(open);
  const end = text.indexOf(close);
  if (start < 0 || end < start) throw new Error(`no place for ${name}`);
  return `${text.slice(0, start + open.length)}\n${content.trim()}\n${text.slice(end)}`;
}

for (const { file, name, content } of parts) {
  const path = join(root, file);
  const before = existsSync(path) ? readFileSync(path, "utf8") : "";
  const after = name === undefined ? content : fill(before, name, content);
  if (after === before) continue;
  const what = name === undefined ? file : `${file}: "${name}"`;
  if (mode === "--check") {
    console.error(`${what} is out of date; run \`pnpm generate-docs\``);
    process.exitCode = 1;
  } else {
    writeFileSync(path, after);
    console.log(`${what} written`);
  }
}
