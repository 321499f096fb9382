import { type Estimate, estimate, simulatePartition } from "./scale-model.ts";

const PEOPLE = { "10 thousand": 1e4, "1 million": 1e6, "100 million": 1e8 };
const PARTITIONS = [
  { rate: 100, servers: 10 },
  { rate: 100, servers: 50 },
  { rate: 500, servers: 5 },
  { rate: 950, servers: 2 },
  { rate: 1_100, servers: 2 },
  { rate: 2_000, servers: 1 },
];

const figure = (value: number): string =>
  Number(value.toPrecision(2)).toLocaleString("en", { maximumFractionDigits: 2 });
const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

/** Dollars a month, and the limits that the busiest second meets. */
export function scaleMarkdown(): string {
  const columns = Object.values(PEOPLE).map((people) => estimate(people));
  const first = columns[0] as Estimate;
  const dollars = (name: string) => (column: Estimate) =>
    `$${figure(column.dollars[name as keyof Estimate["dollars"]])}`;
  const lines: [string, (column: Estimate) => string][] = [
    ...Object.keys(first.dollars).map((name): [string, (column: Estimate) => string] => [
      name,
      dollars(name),
    ]),
    ["**sum**", (column) => `**$${figure(sumOf(column))}**`],
    ["tasks of the server", ({ tasks }) => figure(tasks)],
    ...Object.keys(first.load).map((name): [string, (column: Estimate) => string] => [
      `load: ${name}`,
      ({ load }) => `${figure((load[name] ?? 0) * 100)} %`,
    ]),
    ["**first limit met**", firstLimit],
  ];
  return [
    row(["people", ...Object.keys(PEOPLE)]),
    row(["---", ...columns.map(() => "---:")]),
    ...lines.map(([name, cell]) => row([name, ...columns.map(cell)])),
  ].join("\n");
}

/** The first calls that the hottest partition refuses, at different rates. */
export function partitionMarkdown(): string {
  const share = (value: number) => `${figure(value * 100)} %`;
  return [
    row(["messages a second", "servers that deliver them", "writes refused", "reads refused"]),
    row(["---:", "---:", "---:", "---:"]),
    ...PARTITIONS.map(({ rate, servers }) => {
      const { writes, reads } = simulatePartition(rate, servers);
      return row([figure(rate), String(servers), share(writes), share(reads)]);
    }),
  ].join("\n");
}

const sumOf = ({ dollars }: Estimate): number =>
  Object.values(dollars).reduce((sum, value) => sum + value, 0);

function firstLimit({ load }: Estimate): string {
  const [name, value] = Object.entries(load).sort((a, b) => b[1] - a[1])[0] ?? ["none", 0];
  return value > 1 ? `${name}, ${figure(value)} times over` : "none";
}
