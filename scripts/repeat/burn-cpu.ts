import { startChild } from "@cruddur/engines/child";

/** Starts processes that each keep a core busy, to make this machine as slow as a loaded one. */
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
