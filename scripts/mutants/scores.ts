import { relative } from "node:path";
import type { Stryker } from "@stryker-mutator/core";
import { root } from "../workspace.mjs";

type MutantResult = Awaited<ReturnType<Stryker["runMutationTest"]>>[number];

const FOUND = new Set(["Killed", "Timeout"]);
const MISSED = new Set(["Survived", "NoCoverage"]);

interface Scores {
  /** A line for each file, the worst first, and one for all of them. */
  text: string;
  /** The share of mutants that the tests noticed, in percent; 100 when there is none. */
  score: number;
}

/** Adds up which mutants of a target the tests noticed. Ignored and invalid mutants do not count. */
export function formatScores(name: string, results: readonly MutantResult[]): Scores {
  const counted = results.filter(({ status }) => FOUND.has(status) || MISSED.has(status));
  const files = new Map<string, MutantResult[]>();
  for (const result of counted) {
    files.set(result.fileName, [...(files.get(result.fileName) ?? []), result]);
  }
  const rows = [...files]
    .map(([file, mutants]) => ({
      file: relative(root, file),
      mutants: mutants.length,
      score: scoreOf(mutants),
    }))
    .sort((a, b) => a.score - b.score);
  const score = scoreOf(counted);
  const lines = [...rows, { file: name, mutants: counted.length, score }].map(
    ({ file, mutants, score }) =>
      `${score.toFixed(1).padStart(5)} %  ${String(mutants).padStart(4)} mutants  ${file}`,
  );
  return { text: lines.join("\n"), score };
}

function scoreOf(mutants: readonly MutantResult[]): number {
  const found = mutants.filter(({ status }) => FOUND.has(status)).length;
  return mutants.length === 0 ? 100 : (100 * found) / mutants.length;
}
