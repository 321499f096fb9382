import { APP_ERRORS } from "@cruddur/contract/errors";
import type { Procedure } from "@cruddur/contract/procedure";
import { type ProcedurePath, procedures } from "@cruddur/contract/procedures";
import { type Method, ROUTES } from "./plain-routes.ts";
import { describeSchemas, type JsonSchema } from "./schemas.ts";

export interface Operation {
  operationId: string;
  tags: string[];
  summary: string;
  description?: string;
  security?: Record<string, string[]>[];
  parameters?: { name: string; in: "query"; required: boolean; content: Json }[];
  requestBody?: { required: true; content: Json };
  responses: Record<string, { description: string; content?: Json }>;
}

/** Content of the type `application/json`, or an event stream. */
type Json = Record<string, { schema: JsonSchema }>;

export interface OpenApi {
  openapi: "3.1.1";
  info: { title: string; version: string; description: string };
  servers: { url: string }[];
  security: Record<string, string[]>[];
  tags: { name: string; description: string }[];
  paths: Record<string, Partial<Record<Method, Operation>>>;
  components: { schemas: Record<string, JsonSchema>; securitySchemes: Record<string, object> };
}

const DESCRIPTION = `Send \`POST /session\` with a handle and a password; its answer holds the \`access_token\` that every procedure needs as \`Authorization: Bearer …\`.

Queries take their input as JSON in the query parameter \`input\`, mutations as a JSON body. A result stands in \`result.data\`. An error stands in \`error.data\`: \`app_code\` says what went wrong and \`retry_after_seconds\` when to try again.`;

const TAGS = [
  { name: "messageGroups", description: "Conversations: the inbox and its entries." },
  { name: "messages", description: "Messages of a conversation." },
  { name: "users", description: "People, and the caller's own profile." },
  { name: "live", description: "Live events." },
  { name: "push", description: "Notifications of this browser while the app is closed." },
  { name: "session", description: "Sign-in and sign-out. The refresh token is a cookie." },
  { name: "account", description: "Sign-up and forgotten passwords." },
];

const ref = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });
const json = (schema: JsonSchema): Json => ({ "application/json": { schema } });

/**
 * The API as an OpenAPI 3.1 document, made from the contract's procedures and schemas. `clientAction`
 * of each error code is in the extension `x-client-actions`.
 */
export function createOpenApi(): OpenApi {
  const { schemas, procedures: names } = describeSchemas();
  const paths: OpenApi["paths"] = {};
  for (const [path, procedure] of Object.entries(procedures)) {
    const method = procedure.kind === "mutation" ? "post" : "get";
    const { input, output } = names[path as ProcedurePath];
    paths[`/trpc/${path}`] = { [method]: describeProcedure(path, procedure, input, output) };
  }
  for (const { path, method, tag, summary, input, output, status, bearer } of ROUTES) {
    paths[path] = {
      ...paths[path],
      [method]: {
        operationId: `${method}${path.replaceAll(/\W+(\w)/g, (_, c: string) => c.toUpperCase())}`,
        tags: [tag],
        summary,
        ...(!bearer && { security: [] }),
        ...(input === undefined
          ? {}
          : { requestBody: { required: true, content: json(ref(input)) } }),
        responses: {
          [status]: {
            description: output === undefined ? "Done." : "The answer.",
            ...(output === undefined ? {} : { content: json(ref(output)) }),
          },
          default: { description: "An error.", content: json(ref("ApiError")) },
        },
      },
    };
  }
  const actions = Object.entries(APP_ERRORS).map(([code, rule]) => [code, rule.clientAction]);
  return {
    openapi: "3.1.1",
    info: { title: "Cruddur Messages", version: "0.1.0", description: DESCRIPTION },
    servers: [{ url: "/" }],
    security: [{ accessToken: [] }],
    tags: TAGS,
    paths,
    components: {
      schemas: {
        ...schemas,
        AppCode: { ...schemas.AppCode, "x-client-actions": Object.fromEntries(actions) },
      },
      securitySchemes: { accessToken: { type: "http", scheme: "bearer", bearerFormat: "JWT" } },
    },
  };
}

function describeProcedure(
  path: string,
  { kind, summary }: Procedure,
  input: string | null,
  output: string,
): Operation {
  const required = kind !== "subscription";
  return {
    operationId: path,
    tags: [path.slice(0, path.indexOf("."))],
    summary,
    ...(input === null
      ? {}
      : kind === "mutation"
        ? { requestBody: { required: true, content: json(ref(input)) } }
        : { parameters: [{ name: "input", in: "query", required, content: json(ref(input)) }] }),
    responses: {
      "200": kind === "subscription" ? eventStream(output) : result(output),
      default: { description: "An error.", content: json(ref("ProcedureError")) },
    },
  };
}

/** An object whose only field is `name`. */
const wrap = (name: string, schema: JsonSchema): JsonSchema => ({
  type: "object",
  properties: { [name]: schema },
  required: [name],
});

function result(output: string): Operation["responses"][string] {
  return { description: "The result.", content: json(wrap("result", wrap("data", ref(output)))) };
}

function eventStream(output: string): Operation["responses"][string] {
  return {
    description:
      "Events without a name carry an id and one live event as JSON. `ping` says that the connection is alive, `serialized-error` carries a `ProcedureError`'s `error` and ends it.",
    content: { "text/event-stream": { schema: ref(output) } },
  };
}
