import Table from "cli-table3";
import { count } from "../count.ts";
import type { ServerCounts } from "./metrics.ts";
import { RECENT_MINUTES, type Status } from "./status.ts";

/**
 * The state of a stack as one screen of text.
 * @param prod whether it is the deployment, where the dashboard has what is null
 */
export function formatStatus(status: Status, prod: boolean): string {
  const elsewhere = prod ? "on the CloudWatch dashboard cruddur-messages" : "unknown";
  const table = new Table({ style: { head: [], border: [] }, wordWrap: true, colWidths: [20, 74] });
  const { health, server, lag_seconds, dead_letters, sign_ins, hot_conversations } = status;
  const { open_reports } = status;
  const unknown = "unknown";
  table.push(
    ["health", health === null ? unknown : formatHealth(health)],
    ["inboxes behind", lag_seconds === null ? elsewhere : `${lag_seconds.toFixed(1)} s`],
    ["dead letters", dead_letters === null ? unknown : formatDeadLetters(dead_letters)],
    ["requests", server === null ? elsewhere : formatRequests(server)],
    [
      `sign-ins\n(${RECENT_MINUTES} minutes)`,
      sign_ins === null ? unknown : `${sign_ins.succeeded} succeeded, ${sign_ins.refused} refused`,
    ],
    ["open reports", open_reports ?? unknown],
    [
      `hot conversations\n(${RECENT_MINUTES} minutes)`,
      hot_conversations === null ? unknown : formatHot(hot_conversations),
    ],
  );
  return [`Cruddur Messages, ${status.at}`, table.toString(), ...status.problems].join("\n");
}

function formatHealth({ status, parts }: NonNullable<Status["health"]>): string {
  const down = Object.entries(parts).flatMap(([name, state]) => (state === "down" ? [name] : []));
  return down.length === 0 ? status : `${status}: ${down.join(", ")} down`;
}

function formatRequests({ requests, server_errors, live_connections }: ServerCounts): string {
  const errors = count(server_errors, "server error");
  return `${requests}, ${errors}, ${count(live_connections, "live connection")}`;
}

function formatDeadLetters({ count, newest }: NonNullable<Status["dead_letters"]>): string {
  if (count === 0) return "none";
  return `${count}${newest === null ? "" : `, the newest at ${newest.at}: ${newest.problem}`}`;
}

function formatHot(conversations: NonNullable<Status["hot_conversations"]>): string {
  const lines = conversations.map(
    ({ message_group_uuid, messages, last_message_at }) =>
      `${message_group_uuid}  ${count(messages, "message")}, last ${last_message_at.slice(11, 19)}`,
  );
  return lines.join("\n") || "none";
}
