import { readJsonFile, writeAtomically } from "@cruddur/engines/json-file";
import { z } from "zod";

const schema = z.object({
  streamArn: z.string(),
  shards: z.record(
    z.string(),
    z.object({
      /** The last record that is done, like all records before it. */
      sequenceNumber: z.string().optional(),
      /** True when the shard is closed and read to its end, so that its children may start. */
      finished: z.boolean().optional(),
    }),
  ),
});

export interface Checkpoints {
  get(shardId: string): { sequenceNumber?: string | undefined; finished?: boolean | undefined };
  /** Resolves once the checkpoint is on disk. */
  advance(shardId: string, sequenceNumber: string): Promise<void>;
  finish(shardId: string): Promise<void>;
}

/** The checkpoints of one stream in a file. A file of another stream is replaced. */
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
