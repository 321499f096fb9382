import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export interface AwsStandIn {
  port: number;
  /** Each permission that the calls since `clear` required, as `dynamodb:Scan on table`. */
  required: Set<string>;
  /** The bodies of the messages in the SQS queue. */
  queue: string[];
  stop(): void;
}

interface Input {
  TableName?: string;
  IndexName?: string;
  TransactItems?: Record<string, { TableName: string }>[];
  RequestItems?: Record<string, unknown>;
  QueueUrl?: string;
  ReceiptHandle?: string;
  UserPoolId?: string;
}

export interface StandInOptions {
  dynamoDbEndpoint: string;
  userPoolEndpoint: string;
  tableName: string;
  queueUrl: string;
  userPoolId: string;
}

/**
 * Stands in for AWS and for the server's health: passes calls of DynamoDB, its streams and Cognito on to local engines, answers
 * those of SQS and SES itself, and records which permission AWS would have required for each of them.
 */
export async function startAwsStandIn(options: StandInOptions): Promise<AwsStandIn> {
  const required = new Set<string>();
  const queue: string[] = [];
  const server = createServer(async (request, response) => {
    if (request.url === "/healthz") {
      response.end(JSON.stringify({ status: "ok", parts: {} }));
      return;
    }
    const body = await text(request);
    const input: Input = JSON.parse(body || "{}");
    const { service, operation } = operationOf(request);
    for (const permission of permissionsOf(service, operation, input, options)) {
      required.add(permission);
    }
    if (service === "ses") {
      response.end(JSON.stringify({ MessageId: "1" }));
      return;
    }
    if (service === "sqs") {
      response.end(JSON.stringify(answerOfQueue(operation, input, queue)));
      return;
    }
    const engine = service === "cognito-idp" ? options.userPoolEndpoint : options.dynamoDbEndpoint;
    const { host, connection, "content-length": _, ...headers } = request.headers;
    const answer = await fetch(engine, {
      method: "POST",
      headers: headers as Record<string, string>,
      body,
    });
    response.writeHead(answer.status, { "content-type": "application/x-amz-json-1.0" });
    response.end(await answer.text());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    required,
    queue,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** From AWS's host name, such as `streams.dynamodb.eu-west-1.amazonaws.com`, and the target header. */
function operationOf({ headers, url }: IncomingMessage): { service: string; operation: string } {
  const service =
    /^(streams\.dynamodb|[\w-]+)\./.exec(String(headers["x-forwarded-host"]))?.[1] ?? "";
  // The mails' API names its operation by the path: this program sends mails and nothing else.
  if (service === "email") {
    return { service: "ses", operation: url === "/v2/email/outbound-emails" ? "SendEmail" : "?" };
  }
  const operation = String(headers["x-amz-target"]).split(".")[1] ?? "";
  return { service, operation };
}

/** IAM checks each write of a transaction as an action of its own, and streams under `dynamodb:`. */
function permissionsOf(
  service: string,
  operation: string,
  input: Input,
  options: StandInOptions,
): string[] {
  const named = (name: string | undefined, expected: string, resource: string) =>
    name === expected ? resource : `another ${resource}, ${name}`;
  if (service === "streams.dynamodb") return [`dynamodb:${operation} on stream`];
  if (service === "sqs") {
    return [`sqs:${operation} on ${named(input.QueueUrl, options.queueUrl, "dead-letter-queue")}`];
  }
  if (service === "ses") return [`ses:${operation} on mail-sender`];
  if (service === "cognito-idp") {
    const resource = named(input.UserPoolId, options.userPoolId, "user-pool");
    return [`cognito-idp:${operation} on ${resource}`];
  }
  if (service !== "dynamodb") return [`${service}:${operation} on ?`];
  const { TransactItems, RequestItems, TableName, IndexName } = input;
  if (TransactItems !== undefined) {
    return TransactItems.flatMap((item) =>
      Object.entries(item).map(([write, { TableName }]) => {
        const action = write === "ConditionCheck" ? "ConditionCheckItem" : `${write}Item`;
        return `dynamodb:${action} on ${named(TableName, options.tableName, "table")}`;
      }),
    );
  }
  if (RequestItems !== undefined) {
    return Object.keys(RequestItems).map(
      (name) => `dynamodb:${operation} on ${named(name, options.tableName, "table")}`,
    );
  }
  if (operation === "ListTables") return ["dynamodb:ListTables on any"];
  const resource = named(TableName, options.tableName, IndexName ?? "table");
  return [`dynamodb:${operation} on ${resource}`];
}

/** The answers of SQS, for which there is no engine here. */
function answerOfQueue(operation: string, { ReceiptHandle }: Input, queue: string[]): object {
  if (operation === "GetQueueAttributes") {
    return { Attributes: { ApproximateNumberOfMessages: String(queue.length) } };
  }
  if (operation === "DeleteMessage") {
    const index = queue.findIndex((body) => digest(body) === ReceiptHandle);
    if (index >= 0) queue.splice(index, 1);
    return {};
  }
  const Messages = queue.map((Body) => ({
    Body,
    MD5OfBody: digest(Body),
    MessageId: digest(Body),
    ReceiptHandle: digest(Body),
  }));
  return { Messages };
}

const digest = (body: string) => createHash("md5").update(body).digest("hex");
