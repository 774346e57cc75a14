import { readFleet } from "./fleet.ts";

const READ_AGAIN_MS = 2_000;

/** The public keys of devices, by device. */
export interface DeviceKeys {
  /** Null for a device that nobody told of here; its key may be known a moment later. */
  of(device: string): string | null;
}

/** Reads the keys of the fleet, and again whenever somebody asks for a device that isn't there. */
export async function deviceKeys(state: string): Promise<DeviceKeys> {
  const keys = new Map<string, string>();
  let readMs = -Infinity;

  async function read(): Promise<void> {
    readMs = performance.now();
    const fleet = await readFleet(state);
    for (const { id, signingKey } of fleet?.devices ?? []) keys.set(id, signingKey);
  }

  await read();
  return {
    of(device) {
      const key = keys.get(device) ?? null;
      // A file half written is read again with the next question.
      if (!key && performance.now() - readMs > READ_AGAIN_MS) read().catch(() => {});
      return key;
    },
  };
}
