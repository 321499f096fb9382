/** A part of the product whose tests are judged by mutants. */
export interface Target {
  /** The package's folder, relative to the repository. */
  folder: string;
  /** The files to mutate, relative to the package. Tests among them are left out. */
  mutate: readonly string[];
  /** The test files that run, relative to the package: none that needs a browser. */
  tests: readonly string[];
  /** The share of mutants, in percent, that the tests must find. */
  atLeast: number;
}

const ALL_TESTS = ["src/**/*.test.{ts,tsx}", "tests/**/*.test.{ts,tsx}"];

/** What `pnpm mutants` covers, by the name that it is called with. */
export const TARGETS: Readonly<Record<string, Target>> = {
  contract: {
    folder: "packages/contract",
    mutate: ["src/**/*.ts"],
    tests: ALL_TESTS,
    atLeast: 95,
  },
  "lambda-stream": {
    folder: "packages/lambda-stream",
    mutate: ["src/**/*.ts"],
    tests: ALL_TESTS,
    atLeast: 95,
  },
  ddb: { folder: "packages/ddb", mutate: ["src/**/*.ts"], tests: ALL_TESTS, atLeast: 90 },
  // Who somebody is, and what they may see.
  guards: {
    folder: "apps/server",
    mutate: [
      "src/api/trpc.ts",
      "src/api/cursors.ts",
      "src/auth/identity.ts",
      "src/auth/token-verifier.ts",
      "src/http/same-origin.ts",
    ],
    tests: [
      "src/{api,auth,http}/*.test.ts",
      "tests/{authorisation,conversations,http,limited-calls,session-attacks,sessions,tokens}.test.ts",
    ],
    atLeast: 90,
  },
  sessions: {
    folder: "apps/server",
    mutate: ["src/auth/attempts.ts", "src/auth/session*.ts"],
    tests: [
      "src/auth/*.test.ts",
      "tests/{accounts,audit,limited-calls,own-account,session-attacks,sessions}.test.ts",
    ],
    atLeast: 80,
  },
  limits: {
    folder: "apps/server",
    mutate: ["src/limits/*.ts"],
    tests: ["src/limits/*.test.ts", "tests/{limited-calls,limits,memory}.test.ts"],
    atLeast: 80,
  },
  live: {
    folder: "apps/server",
    mutate: ["src/live/*.ts"],
    tests: ["src/live/*.test.ts", "tests/live*.test.ts"],
    atLeast: 80,
  },
  outbox: {
    folder: "apps/web",
    mutate: [
      "src/features/outbox/{create-outbox,drafts,drain,fallback-store,memory-store,outbox-messages}.ts",
    ],
    tests: ["tests/outbox-state.test.ts", "tests/drafts.test.ts"],
    atLeast: 80,
  },
  history: {
    folder: "apps/web",
    mutate: ["src/features/conversation/message-history/*.ts"],
    tests: ["tests/conversation-*.test.ts"],
    atLeast: 80,
  },
};
