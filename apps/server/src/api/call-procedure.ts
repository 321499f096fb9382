import type { ProcedurePath } from "@cruddur/contract/procedures";
import {
  callTRPCProcedure,
  getTRPCErrorFromUnknown,
  getTRPCErrorShape,
  type TRPCError,
} from "@trpc/server";
import { appRouter } from "../router.ts";
import type { Context } from "./context.ts";

/** A call that a transport of the server's own makes: the fast path or a live connection. */
export interface ProcedureCall {
  path: ProcedurePath;
  type: "query" | "mutation" | "subscription";
  ctx: Context;
  /** Returns the input as it came over the wire, before its schema. May throw `AppError`. */
  getInput: () => unknown;
  signal?: AbortSignal | undefined;
  /** Position of the call in its request. */
  batchIndex?: number;
}

/** Calls a procedure of the router with all its guards and schemas, as tRPC's own handler does. */
export function callProcedure(call: ProcedureCall): Promise<unknown> {
  const { path, type, ctx, getInput, signal, batchIndex = 0 } = call;
  const getRawInput = async () => getInput();
  return callTRPCProcedure({
    router: appRouter,
    ...{ path, type, ctx, getRawInput, signal, batchIndex },
  });
}

/** What a failed call throws, as tRPC's error and in the form in which tRPC answers it. */
export function describeFailure(cause: unknown, { path, type, ctx }: ProcedureCall) {
  const error: TRPCError = getTRPCErrorFromUnknown(cause);
  const config = appRouter._def._config;
  const shape = getTRPCErrorShape({ config, error, path, type, ctx, input: undefined });
  return { error, shape };
}
