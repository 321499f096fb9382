import type { AppCode as ContractCode } from "@cruddur/contract/errors";
import type { LiveEvent as ContractLiveEvent } from "@cruddur/contract/live-events";
import type { Message as ContractMessage } from "@cruddur/contract/messages";
import { type ProcedureTypes, procedures } from "@cruddur/contract/procedures";
import { expect, expectTypeOf, test } from "vitest";
import { PROCEDURE_KINDS } from "../src/api.generated.ts";
import type { AppCode, LiveEvent, Message, Procedures } from "../src/index.ts";

/** The client's nested procedures by their paths, as the contract writes them. */
type Flat = {
  [Path in keyof ProcedureTypes]: Path extends `${infer Group}.${infer Name}`
    ? Group extends keyof Procedures
      ? Name extends keyof Procedures[Group]
        ? Procedures[Group][Name]
        : never
      : never
    : never;
};
/** Every path of the client, for the other direction. */
type ClientPath = {
  [Group in keyof Procedures]: `${Group}.${keyof Procedures[Group] & string}`;
}[keyof Procedures];

/** The contract's optional input is an input of its own in the client. */
type Given<Types> = {
  [Path in keyof Types]: Types[Path] extends { kind: infer K; input: infer I; output: infer O }
    ? { kind: K; input: K extends "subscription" ? NonNullable<I> : I; output: O }
    : never;
};

test("the compiler holds the client's types equal to the contract's", () => {
  expectTypeOf<ClientPath>().toEqualTypeOf<keyof ProcedureTypes>();
  expectTypeOf<Flat>().toEqualTypeOf<Given<ProcedureTypes>>();
  expectTypeOf<AppCode>().toEqualTypeOf<ContractCode>();
  expectTypeOf<Message>().toEqualTypeOf<ContractMessage>();
  expectTypeOf<LiveEvent>().toEqualTypeOf<ContractLiveEvent>();
});

test("the client calls every procedure of the contract as its kind asks", () => {
  const kinds = Object.entries(procedures).map(([path, { kind }]) => [path, kind]);
  expect(PROCEDURE_KINDS).toEqual(Object.fromEntries(kinds));
});
