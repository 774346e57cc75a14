import { join } from "node:path";
import { z } from "zod";
import { MAINTENANCE_H_MAX, MaintenanceWhat } from "../../shared/maintenance_order.ts";
import type { AnnouncedWindow } from "../respond/maintenance.ts";

const Mark = z.strictObject({
  forS: z.number().min(0).max(MAINTENANCE_H_MAX * 3600),
  what: MaintenanceWhat,
  by: z.string().min(1).max(120),
});

function fileOf(runFolder: string, printer: string): string {
  return join(runFolder, `${printer}.maintenance`);
}

/** Leaves word for the agent that a person at the device announces a change to a printer. */
export async function leaveMaintenance(
  runFolder: string,
  printer: string,
  window: AnnouncedWindow,
): Promise<void> {
  await Deno.mkdir(runFolder, { recursive: true });
  const file = fileOf(runFolder, printer);
  await Deno.writeTextFile(`${file}.new`, JSON.stringify(Mark.parse(window)));
  await Deno.rename(`${file}.new`, file);
}

/** Takes that word away again; null if none was there, or none that can be read. */
export async function takeMaintenance(
  runFolder: string,
  printer: string,
): Promise<AnnouncedWindow | null> {
  const file = fileOf(runFolder, printer);
  try {
    const text = await Deno.readTextFile(file);
    await Deno.remove(file);
    const checked = Mark.safeParse(JSON.parse(text));
    return checked.success ? checked.data : null;
  } catch {
    return null;
  }
}
