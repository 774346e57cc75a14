import { join } from "node:path";

function fileOf(runFolder: string, printer: string): string {
  return join(runFolder, `${printer}.resume`);
}

/** Leaves word for the agent that a printer's job may go on. */
export async function leaveResume(runFolder: string, printer: string): Promise<void> {
  await Deno.mkdir(runFolder, { recursive: true });
  await Deno.writeTextFile(fileOf(runFolder, printer), "");
}

/** Takes that word away again; true if it was there. */
export async function takeResume(runFolder: string, printer: string): Promise<boolean> {
  try {
    await Deno.remove(fileOf(runFolder, printer));
    return true;
  } catch {
    return false;
  }
}
