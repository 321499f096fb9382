import { note } from "./output.ts";

/** The lowest that the AWS SDK's releases of 2027 run on. */
const SUPPORTED_MAJOR = 22;

/**
 * Tells people on Node 20, in one line, what the AWS SDK would tell them in seven, and tells the SDK
 * of this process and its children that it has been said. Like a progress bar it speaks to terminals
 * only: where programs read stderr, it holds errors. Call it before the SDK's first client is made.
 */
export function noteNodeVersion(
  env: Record<string, string | undefined>,
  { version = process.version, isTerminal = process.stderr.isTTY } = {},
): void {
  if (Number.parseInt(version.slice(1), 10) >= SUPPORTED_MAJOR) return;
  env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
  if (!isTerminal) return;
  note(
    `Node ${version.slice(1)} still works but gets no more fixes, and the AWS SDK's releases of 2027 need Node ${SUPPORTED_MAJOR}: please use Node 24.`,
  );
}
