import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../workspace.mjs";

interface Measure {
  what: string;
  value: number | { median: number };
  unit: string;
}

/** What the README shows of the last complete run, in this order. */
const ROWS: { result: string; what: RegExp; shows: string }[] = [
  {
    result: "full-path",
    what: /^messages\.list over .*stub.*, 16 connections: requests per second against the original/,
    shows: "requests a second for a page of a conversation, compared with the original",
  },
  {
    result: "fan-out",
    what: /^50 members, batches of 20/,
    shows: "messages a second into the inboxes of 50 members, compared with the original",
  },
  {
    result: "units",
    what: /a burst of 20, 2 members$/,
    shows: "DynamoDB write units for each message of a burst, compared with the original",
  },
  {
    result: "scale",
    what: /^Postgres, 4 server processes: notices a second$/,
    shows: "live notices that four servers exchange over one Postgres",
  },
  {
    result: "web",
    what: /^a message between two open browsers, median$/,
    shows: "from Enter to the text in the other browser, median",
  },
];

/** Five figures of the benchmarks' results as a Markdown table. Throws when a measure is gone. */
export function performanceMarkdown(): string {
  const rows = ROWS.map(({ result, what, shows }) => {
    const file = join(root, "benchmarks/results", `${result}.json`);
    const { measures }: { measures: Measure[] } = JSON.parse(readFileSync(file, "utf8"));
    const measure = measures.find((each) => what.test(each.what));
    if (measure === undefined) throw new Error(`${file}: no measure matches ${what}`);
    const { value, unit } = measure;
    const figure = Number((typeof value === "number" ? value : value.median).toPrecision(2));
    return `| ${shows} | ${figure}${unit === "times" ? "×" : ` ${unit}`} |`;
  });
  return ["| measure | result |", "|---|---|", ...rows].join("\n");
}
