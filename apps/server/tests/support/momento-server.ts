import generated from "@gomomento/generated-types";
import {
  Server,
  ServerCredentials,
  type ServerWritableStream,
  type sendUnaryData,
} from "@grpc/grpc-js";

const { cache_client } = generated.cache;
const { _GetResponse, _SetResponse, _DeleteResponse, ECacheResult } = cache_client;
type Get = InstanceType<typeof cache_client._GetRequest>;
type GetBatch = InstanceType<typeof cache_client._GetBatchRequest>;
type Set = InstanceType<typeof cache_client._SetRequest>;
type SetBatch = InstanceType<typeof cache_client._SetBatchRequest>;
type Delete = InstanceType<typeof cache_client._DeleteRequest>;
interface Unary<Request> {
  request: Request;
}

const keyOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

/** A Momento cache on loopback: Momento's own gRPC messages in front of a map. */
export async function startMomentoServer() {
  const items = new Map<string, { body: Uint8Array; expiresAt: number }>();
  let calls = 0;
  let hangs = false;

  const read = ({ cache_key }: Get) => {
    const item = items.get(keyOf(cache_key));
    return item !== undefined && item.expiresAt > Date.now()
      ? new _GetResponse({ result: ECacheResult.Hit, cache_body: item.body })
      : new _GetResponse({ result: ECacheResult.Miss });
  };
  const write = ({ cache_key, cache_body, ttl_milliseconds }: Set) => {
    items.set(keyOf(cache_key), {
      body: cache_body,
      expiresAt: Date.now() + Number(ttl_milliseconds),
    });
    return new _SetResponse({ result: ECacheResult.Ok });
  };
  const answer = (work: () => void) => {
    calls += 1;
    if (!hangs) work();
  };

  const server = new Server();
  server.addService(cache_client.UnimplementedScsService.definition as never, {
    Get: (call: Unary<Get>, done: sendUnaryData<unknown>) =>
      answer(() => done(null, read(call.request))),
    Set: (call: Unary<Set>, done: sendUnaryData<unknown>) =>
      answer(() => done(null, write(call.request))),
    Delete: (call: Unary<Delete>, done: sendUnaryData<unknown>) =>
      answer(() => {
        items.delete(keyOf(call.request.cache_key));
        done(null, new _DeleteResponse({}));
      }),
    GetBatch: (call: ServerWritableStream<GetBatch, unknown>) =>
      answer(() => {
        for (const item of call.request.items) call.write(read(item));
        call.end();
      }),
    SetBatch: (call: ServerWritableStream<SetBatch, unknown>) =>
      answer(() => {
        for (const item of call.request.items) call.write(write(item));
        call.end();
      }),
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });

  return {
    port,
    calls: () => calls,
    /** Accepts calls and never answers them. */
    hang: () => {
      hangs = true;
    },
    resume: () => {
      hangs = false;
    },
    stop: () => server.forceShutdown(),
  };
}
