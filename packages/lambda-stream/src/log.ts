/** One structured line. Ids, counts and timings only: no message text, no names. */
export interface LogEntry {
  level: "info" | "warn" | "error";
  event: string;
  [field: string]: string | number | boolean | undefined;
}

export type Log = (entry: LogEntry) => void;

/** JSON lines, which CloudWatch indexes by field. */
export const jsonLog: Log = (entry) => {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), ...entry })}\n`);
};
