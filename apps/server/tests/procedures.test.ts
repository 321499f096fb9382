import { type ProcedurePath, type ProcedureTypes, procedures } from "@cruddur/contract/procedures";
import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";
import { expect, expectTypeOf, test } from "vitest";
import { type AppRouter, appRouter } from "../src/router.ts";

type Inputs = inferRouterInputs<AppRouter>;
type Outputs = inferRouterOutputs<AppRouter>;

/** Every path of the router, such as `messages.list`. */
type RouterPath = {
  [Group in keyof Inputs & string]: `${Group}.${keyof Inputs[Group] & string}`;
}[keyof Inputs & string];

type At<Tree, Path extends string> = Path extends `${infer Group}.${infer Name}`
  ? Group extends keyof Tree
    ? Name extends keyof Tree[Group]
      ? Tree[Group][Name]
      : never
    : never
  : never;

/** tRPC adds `void` where there may be no input, and delivers each event with its id. */
type WireInput<Input> = Extract<Input, object> | (undefined extends Input ? undefined : never);
type WireOutput<Output> =
  Output extends AsyncIterable<{ id: string; data: infer Event }> ? Event : Output;

type RouterTypes = {
  [Path in RouterPath]: {
    kind: At<AppRouter, Path>["_def"]["type"];
    input: WireInput<At<Inputs, Path>>;
    output: WireOutput<At<Outputs, Path>>;
  };
};

test("the compiler holds the server's router equal to the contract's procedures", () => {
  expectTypeOf<RouterPath>().toEqualTypeOf<ProcedurePath>();
  expectTypeOf<RouterTypes>().toEqualTypeOf<ProcedureTypes>();
});

test("the contract names every procedure of the router and nothing else", () => {
  const router = Object.entries(appRouter._def.procedures as unknown as Record<string, unknown>);
  expect(router.map(([path]) => path).sort()).toEqual(Object.keys(procedures).sort());
});
