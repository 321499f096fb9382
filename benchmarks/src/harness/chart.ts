import { type BenchResult, formatNumber, medianOf, reachesGoal } from "./result.ts";

const ROW = 26;
const LABEL = 470;
const BAR = 420;
const WIDTH = LABEL + BAR + 130;

const escapeXml = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/**
 * Draws one bar for each goal on a logarithmic scale. A bar to the right of the line is better than
 * the goal, and a bar to the left misses it.
 */
export function renderChart(results: readonly BenchResult[]): string {
  const rows = results.flatMap(({ name, measures }) =>
    measures.flatMap((measure) => {
      if (measure.goal === undefined) return [];
      const value = medianOf(measure);
      // A count of zero cannot be better, and so has the longest bar.
      const better =
        measure.goal.at === "least"
          ? value / measure.goal.value
          : measure.goal.value / Math.max(value, 1e-9);
      return [
        {
          label: `${name}: ${measure.what}`,
          measure,
          better: measure.goal.value === 0 ? 1 : better,
        },
      ];
    }),
  );
  const span = 3.5;
  const middle = LABEL + BAR / 3;
  const scale = (better: number) =>
    Math.max(-BAR / 3, Math.min((BAR * 2) / 3, (Math.log2(better) / span) * ((BAR * 2) / 3)));
  const bars = rows.map(({ label, measure, better }, index) => {
    const y = 44 + index * ROW;
    const length = scale(better);
    const colour = reachesGoal(measure) === true ? "#2f7d4f" : "#b3261e";
    const value = `${formatNumber(medianOf(measure))} (${measure.goal?.at === "least" ? "≥" : "≤"} ${formatNumber(measure.goal?.value ?? 0)})`;
    return [
      `<text x="${LABEL - 10}" y="${y + 13}" text-anchor="end">${escapeXml(label.length > 78 ? `${label.slice(0, 77)}…` : label)}</text>`,
      `<rect x="${Math.min(middle, middle + length)}" y="${y + 2}" width="${Math.max(2, Math.abs(length))}" height="15" rx="2" fill="${colour}"/>`,
      `<text x="${WIDTH - 8}" y="${y + 13}" text-anchor="end">${escapeXml(value)}</text>`,
    ].join("");
  });
  const height = 60 + rows.length * ROW;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="11.5" role="img" aria-label="Each goal and how far it was reached">
<rect width="${WIDTH}" height="${height}" fill="#fff"/>
<text x="${middle}" y="18" text-anchor="middle" font-weight="600">goal</text>
<text x="${LABEL + BAR}" y="18" text-anchor="end">better →</text>
<g fill="#15181c">${bars.join("\n")}</g>
<line x1="${middle}" x2="${middle}" y1="26" y2="${height - 10}" stroke="#15181c" stroke-dasharray="3 3"/>
</svg>
`;
}
