import { expect, test } from "vitest";
import { countRequests } from "./metrics.ts";

test("requests of every route are counted, and the server errors among them", () => {
  const page = `# HELP cruddur_http_requests_total HTTP requests by route and status.
# TYPE cruddur_http_requests_total counter
cruddur_http_requests_total{route="session",status="200"} 5
cruddur_http_requests_total{route="session",status="204"} 2
cruddur_http_requests_total{route="session",status="401"} 3
cruddur_http_requests_total{route="session",status="429"} 1
cruddur_http_requests_total{route="session/refresh",status="401"} 40
cruddur_http_requests_total{route="trpc",status="503"} 2
cruddur_live_connections 7
nodejs_version_info{version="v20 \\"x\\"",major="20"} 1
`;
  expect(countRequests(page)).toEqual({
    live_connections: 7,
    requests: 53,
    server_errors: 2,
  });
});
