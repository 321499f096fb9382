import type { LiveEvent } from "@cruddur/core/schemas";
import type { TrackedEnvelope } from "@trpc/server";

/** Events of one browser; each id is the cursor that resumes after it. */
export type LiveStream = AsyncIterable<TrackedEnvelope<LiveEvent>>;
