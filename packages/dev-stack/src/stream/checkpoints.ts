import { z } from "zod";
import { readJsonFile, writeAtomically } from "../json-file.ts";

const schema = z.object({
  streamArn: z.string(),
  shards: z.record(
    z.string(),
    z.object({
      /** Everything up to and including this one is dealt with. */
      sequenceNumber: z.string().optional(),
      /** Closed and read to its end: its children may start. */
      finished: z.boolean().optional(),
    }),
  ),
});

export interface Checkpoints {
  get(shardId: string): { sequenceNumber?: string | undefined; finished?: boolean | undefined };
  /** Resolves once it is on disk. */
  advance(shardId: string, sequenceNumber: string): Promise<void>;
  finish(shardId: string): Promise<void>;
}

/** Where the worker got to, in a file replaced atomically. Another stream's file starts afresh. */
export async function openCheckpoints(file: string, streamArn: string): Promise<Checkpoints> {
  const saved = await readJsonFile(file, schema);
  const state = saved?.streamArn === streamArn ? saved : { streamArn, shards: {} };
  let writing = Promise.resolve();
  const save = (): Promise<void> => {
    writing = writing.then(() => writeAtomically(file, JSON.stringify(state)));
    return writing;
  };
  return {
    get: (shardId) => state.shards[shardId] ?? {},
    advance(shardId, sequenceNumber) {
      state.shards[shardId] = { ...state.shards[shardId], sequenceNumber };
      return save();
    },
    finish(shardId) {
      state.shards[shardId] = { ...state.shards[shardId], finished: true };
      return save();
    },
  };
}
