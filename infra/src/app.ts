import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { App } from "aws-cdk-lib";
import { readDeployConfig } from "./config.ts";
import { createDeployment } from "./deployment.ts";

const lambdaDirectory = fileURLToPath(
  new URL("../../packages/lambda-stream/dist", import.meta.url),
);
if (!existsSync(lambdaDirectory)) {
  process.stderr.write("error: the stream Lambda has not been built: run `pnpm build` first\n");
  process.exit(1);
}
const app = new App({ outdir: fileURLToPath(new URL("../cdk.out", import.meta.url)) });
createDeployment(app, readDeployConfig(app, lambdaDirectory));
app.synth();
