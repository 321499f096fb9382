import {
  accountConfirmInput,
  accountCreateInput,
  accountHandleInput,
  accountProofInput,
  emailChangeInput,
  emailConfirmInput,
  passwordChangeInput,
  passwordResetInput,
  secondFactorConfirmInput,
  secondFactorConfirmOutput,
  secondFactorStartOutput,
  sessionCreateInput,
  sessionSchema,
} from "@cruddur/contract/accounts";
import { APP_CODES, type AppCode } from "@cruddur/contract/errors";
import { erasureOutput, exportTicketOutput } from "@cruddur/contract/own-data";
import {
  passkeyConfirmInput,
  passkeyRegistrationOutput,
  passkeyRemoveInput,
  passkeySignInInput,
  passkeyStartOutput,
} from "@cruddur/contract/passkeys";
import { type ProcedurePath, procedures } from "@cruddur/contract/procedures";
import { z } from "zod";

/** A JSON Schema of draft 2020-12, as OpenAPI 3.1 uses it. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** Inputs of the plain routes by their names in the reference. */
const ROUTE_INPUTS = {
  SessionCreateInput: sessionCreateInput,
  AccountCreateInput: accountCreateInput,
  AccountHandleInput: accountHandleInput,
  AccountConfirmInput: accountConfirmInput,
  PasswordResetInput: passwordResetInput,
  AccountProofInput: accountProofInput,
  PasswordChangeInput: passwordChangeInput,
  EmailChangeInput: emailChangeInput,
  EmailConfirmInput: emailConfirmInput,
  SecondFactorConfirmInput: secondFactorConfirmInput,
  PasskeySignInInput: passkeySignInInput,
  PasskeyConfirmInput: passkeyConfirmInput,
  PasskeyRemoveInput: passkeyRemoveInput,
};

const appCode = z
  .enum(APP_CODES as [AppCode, ...AppCode[]])
  .meta({ id: "AppCode", description: "What went wrong: one of a closed set of codes." });

/** What an error says, as a plain route's body and in the `data` of a procedure's error. */
const apiError = z
  .object({
    app_code: appCode,
    retry_after_seconds: z
      .number()
      .nullable()
      .describe("Seconds until a retry makes sense; null where the server doesn't say."),
  })
  .meta({ id: "ApiError", description: "The error of a plain route." });

const procedureError = z
  .object({
    error: z.object({
      message: z.string(),
      code: z.number().describe("A JSON-RPC code."),
      data: apiError.extend({ code: z.string(), httpStatus: z.number() }),
    }),
  })
  .meta({ id: "ProcedureError", description: "The error of a procedure." });

/** `messageGroups.list` becomes `MessageGroupsList`. */
const pascalCase = (path: string): string =>
  path.replace(/(?:^|\.)(\w)/g, (_, letter: string) => letter.toUpperCase());

/** The names under which a procedure's input and output stand in the reference; null for no input. */
export interface ProcedureSchemas {
  input: string | null;
  output: string;
}

export interface ApiSchemas {
  /** Every named schema; they refer to one another as `#/components/schemas/<name>`. */
  schemas: Record<string, JsonSchema>;
  procedures: Record<ProcedurePath, ProcedureSchemas>;
}

/** The contract's schemas as JSON Schema: inputs as a caller writes them, outputs as they are sent. */
export function describeSchemas(): ApiSchemas {
  const inputs: Record<string, z.ZodType> = { ...ROUTE_INPUTS };
  const outputs: Record<string, z.ZodType> = {
    ApiError: apiError,
    ProcedureError: procedureError,
    Session: sessionSchema,
    SecondFactorSecret: secondFactorStartOutput,
    RecoveryCode: secondFactorConfirmOutput,
    PasskeyChallenge: passkeyStartOutput,
    PasskeyRegistration: passkeyRegistrationOutput,
    ExportTicket: exportTicketOutput,
    Erasure: erasureOutput,
  };
  const names = {} as ApiSchemas["procedures"];
  for (const [path, { input, output }] of Object.entries(procedures)) {
    const name = pascalCase(path);
    // A schema with a name of its own, such as `Message`, keeps it wherever it is used.
    const outputName = z.globalRegistry.get(output)?.id ?? `${name}Output`;
    names[path as ProcedurePath] = { input: input && `${name}Input`, output: outputName };
    if (input !== null) inputs[`${name}Input`] = input;
    outputs[outputName] = output;
  }
  return {
    schemas: { ...convert(inputs, "input"), ...convert(outputs, "output") },
    procedures: names,
  };
}

function convert(schemas: Record<string, z.ZodType>, io: "input" | "output") {
  const { properties = {}, $defs = {} } = z.toJSONSchema(z.object(schemas), {
    io,
    override({ jsonSchema }) {
      // A format says what its pattern says, and clients must accept fields that are added later.
      if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
      delete jsonSchema.additionalProperties;
    },
  });
  const unnamed = Object.entries(properties).filter(([name]) => !(name in $defs));
  const all = { ...$defs, ...Object.fromEntries(unnamed) };
  const json = JSON.stringify(all).replaceAll('"#/$defs/', '"#/components/schemas/');
  return JSON.parse(json) as Record<string, JsonSchema>;
}
