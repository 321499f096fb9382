import { startChild } from "@cruddur/engines/child";

/** Starts processes that each keep a CPU core busy, so that tests run as on a busy machine. */
export async function burnCpu(count: number): Promise<{ stop(): Promise<void> }> {
  const burners = await Promise.all(
    Array.from({ length: count }, () => startChild(process.execPath, ["-e", "for (;;);"])),
  );
  return {
    async stop() {
      await Promise.all(burners.map((burner) => burner.kill()));
    },
  };
}
