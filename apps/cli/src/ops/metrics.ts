/** One number of a Prometheus page, such as `cruddur_http_requests_total{route="session",status="401"} 3`. */
export interface Sample {
  name: string;
  labels: Readonly<Record<string, string>>;
  value: number;
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;

/** Reads the text format of Prometheus, version 0.0.4. Lines that are no samples are passed over. */
export function parseMetrics(page: string): Sample[] {
  return page.split("\n").flatMap((line) => {
    const [, name, labels = "", value] = SAMPLE.exec(line) ?? [];
    if (name === undefined) return [];
    const pairs = [...labels.matchAll(/(\w+)="((?:\\.|[^"\\])*)"/g)];
    return [
      {
        name,
        labels: Object.fromEntries(pairs.map(([, label = "", text = ""]) => [label, text])),
        value: Number(value),
      },
    ];
  });
}

/** What the console shows of a server's metrics. Counters start at zero with the server. */
export interface ServerCounts {
  live_connections: number;
  requests: number;
  /** Requests that were answered with a status of 500 or more. */
  server_errors: number;
}

/** @param page what `/metrics` answered */
export function countRequests(page: string): ServerCounts {
  const samples = parseMetrics(page);
  const sum = (name: string, accept: (labels: Sample["labels"]) => boolean = () => true) =>
    samples
      .filter((sample) => sample.name === name && accept(sample.labels))
      .reduce((total, { value }) => total + value, 0);
  const requests = "cruddur_http_requests_total";
  return {
    live_connections: sum("cruddur_live_connections"),
    requests: sum(requests),
    server_errors: sum(requests, ({ status }) => Number(status) >= 500),
  };
}
