import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { App } from "aws-cdk-lib";
import { readDeployConfig } from "./config.ts";
import { createDeployment } from "./deployment.ts";

const built = (name: string) =>
  fileURLToPath(new URL(`../../packages/${name}/dist`, import.meta.url));
const lambdaDirectories = {
  stream: built("lambda-stream"),
  push: built("lambda-push"),
  userPool: built("lambda-user-pool"),
};
if (!Object.values(lambdaDirectories).every(existsSync)) {
  process.stderr.write("error: the Lambdas have not been built: run `pnpm build` first\n");
  process.exit(1);
}
const app = new App({ outdir: fileURLToPath(new URL("../cdk.out", import.meta.url)) });
createDeployment(app, readDeployConfig(app, lambdaDirectories));
app.synth();
