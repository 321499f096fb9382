export function buildPrograms(outdir?: string): Promise<void>;
