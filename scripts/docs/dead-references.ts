import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** First folders of a path in backticks that mean this repository; anything else is not checked. */
const FOLDERS =
  /^(\.changeset|\.ci|\.devcontainer|\.github|\.vscode|apps|benchmarks|docs|examples|infra|packages|patches|reliability-tests|scripts)\//;
/** What a build or a run creates, so that a clean clone does not have it. */
const GENERATED = /(^|\/)(dist|cdk\.out|test-results|node_modules)(\/|$)/;
const CODE_BLOCK = /^ *```.*?^ *```/gms;
/** pnpm's own commands that documents mention. */
const PNPM_COMMANDS = new Set(["install", "pack", "exec"]);

/**
 * Every reference of the documents to something that does not exist: a relative link, a heading, a
 * path in backticks, or a command of the root (`pnpm <script>`). Each is one line that names the
 * document.
 */
export function findDeadReferences(options: {
  root: string;
  /** Markdown files, relative to the root. */
  documents: readonly string[];
  /** Names of the scripts in the root's package.json. */
  scripts: readonly string[];
}): string[] {
  const { root, documents } = options;
  const commands = new Set([...options.scripts, ...PNPM_COMMANDS]);
  return documents.flatMap((document) => {
    const text = readFileSync(join(root, document), "utf8");
    const prose = text.replace(CODE_BLOCK, "");
    const problems = [
      ...linksOf(prose).flatMap((link) => problemOfLink(root, document, link)),
      ...all(prose, /`([\w./@-]+\/[\w./@-]*)`/g)
        .filter((path) => FOLDERS.test(path) && !GENERATED.test(path))
        .filter((path) => !existsSync(join(root, path)))
        .map((path) => `no such file: \`${path}\``),
      ...all(text, /\bpnpm(?:@10)? (?:-s )?([a-z][\w:-]*)/g)
        .filter((command) => !commands.has(command))
        .map((command) => `no such command: pnpm ${command}`),
    ];
    return problems.map((problem) => `${document}: ${problem}`);
  });
}

function linksOf(prose: string): string[] {
  return [...all(prose, /\]\(([^)\s]+)\)/g), ...all(prose, /(?:src|href)="([^"]+)"/g)].filter(
    (link) => !/^[a-z]+:/.test(link),
  );
}

function problemOfLink(root: string, document: string, link: string): string[] {
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? join(root, document) : join(root, dirname(document), path);
  if (!existsSync(target)) return [`no such file: ${link}`];
  if (anchor === undefined || !target.endsWith(".md")) return [];
  return anchorsOf(readFileSync(target, "utf8")).has(anchor) ? [] : [`no such heading: ${link}`];
}

/** The anchors that GitHub gives the headings of a text. */
function anchorsOf(text: string): Set<string> {
  const headings = all(text.replace(CODE_BLOCK, ""), /^#+ (.+)$/gm);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, "")
        .replace(/\s/g, "-"),
    ),
  );
}

/** The first group of every match. */
function all(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, group = ""]) => group);
}
