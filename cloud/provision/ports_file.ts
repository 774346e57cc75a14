import { join } from "node:path";
import { z } from "zod";

const PortsFile = z.object({ nats: z.array(z.string()).min(1) });

/** The address from this machine: a server that listens everywhere names another of its own. */
function here(url: string): string {
  return url.replace(/\/\/.*:(\d+)$/, "//127.0.0.1:$1");
}

/**
 * The address that a nats-server wrote into its ports folder, or null while there is none. The
 * newest file counts: a killed server leaves its own behind.
 */
export async function natsUrlOf(portsFolder: string): Promise<string | null> {
  let newest: { path: string; atMs: number } | null = null;
  try {
    for await (const entry of Deno.readDir(portsFolder)) {
      if (!entry.name.endsWith(".ports")) continue;
      const path = join(portsFolder, entry.name);
      const atMs = (await Deno.stat(path)).mtime?.getTime() ?? 0;
      if (!newest || atMs > newest.atMs) newest = { path, atMs };
    }
    if (!newest) return null;
    const checked = PortsFile.safeParse(JSON.parse(await Deno.readTextFile(newest.path)));
    return checked.success ? here(checked.data.nats[0]!) : null;
  } catch (error) {
    // Half-written, or gone between two looks: as good as not there yet.
    if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return null;
    throw error;
  }
}
