// Loaded into a program before it runs (`node --import`), so that a test can run it with `--prod`:
// what the program sends to AWS arrives at the test's server on 127.0.0.1, with AWS's host name in
// `X-Forwarded-Host`.
import http from "node:http";
import https from "node:https";
import { syncBuiltinESMExports } from "node:module";

const { AWS_STAND_IN_PORT, STDIN_IS_TERMINAL } = process.env;

https.request = ({ host, headers, method, path }, onResponse) => {
  if (!host.endsWith(".amazonaws.com")) throw new Error(`a test called ${host}`);
  const standIn = { host: "127.0.0.1", port: AWS_STAND_IN_PORT };
  const forwarded = { ...headers, host: `127.0.0.1:${standIn.port}`, "x-forwarded-host": host };
  return http.request({ ...standIn, headers: forwarded, method, path }, onResponse);
};
syncBuiltinESMExports();

// A question is asked only at a terminal; the answer then comes from the pipe that stdin is.
if (STDIN_IS_TERMINAL === "true") process.stdin.isTTY = true;
