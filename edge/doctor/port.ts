import { access, constants } from "node:fs/promises";
import { join } from "node:path";
import type { PrinterConfig } from "../config.ts";
import { describeHolders, type Holder, holdersOf } from "../serial/holders.ts";
import { type Check, fine, hint, isForbidden, mustDo, tried } from "./check.ts";
import { DENO_FILES } from "./deno_files.ts";

const BY_ID = "/dev/serial/by-id";
/** What the tap's command line holds, from the source or out of a bundle. */
const TAP = /edge\/tap\/main\.[tj]s( |$)/;

/** The printer's serial port: there, a port at all, ours to open, and nobody else's. */
export async function checkPort(printer: PrinterConfig): Promise<Check> {
  const name = `port of ${printer.name}`;
  return await tried(name, async () => {
    try {
      return { ...await looked(printer.port), name };
    } catch (error) {
      if (!isForbidden(error)) throw error;
      return { ...await asked(printer.port), name };
    }
  });
}

async function looked(port: string): Promise<Check> {
  const device = await deviceOf(port);
  if (device === null) return mustDo("", `there is no ${port}`, await whatThereIs());
  return await notATty(port, device) ?? await notAllowed(port, device) ?? owner(port, device) ??
    await stability(port, device);
}

/** Without a right to look into /dev, the program `test` may still be asked, if that is allowed. */
async function asked(port: string): Promise<Check> {
  const answers = async (question: string) =>
    (await new Deno.Command("test", { args: [question, port] }).output()).success;
  if (!await answers("-e")) {
    return mustDo("", `there is no ${port}`, "plug the printer in, or correct its port");
  }
  if (!await answers("-c")) {
    return mustDo("", `${port} is no device`, "set port to the printer's serial device");
  }
  if (!await answers("-r") || !await answers("-w")) {
    return mustDo("", `this user may not open ${port}`, JOIN_GROUP);
  }
  return fine("", `${port} is there and may be opened; 'deno task doctor' sees who has it too`);
}

const JOIN_GROUP = "sudo usermod -aG dialout USER, with the tap's user, and log in again";

async function deviceOf(port: string): Promise<string | null> {
  try {
    return await Deno.realPath(port);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** What could have been meant instead of a port that isn't there. */
async function whatThereIs(): Promise<string> {
  const found = [...await namesIn(BY_ID), ...(await namesIn("/dev")).filter(isSerialName)];
  if (found.length === 0) {
    return "plug the printer in and switch it on: no serial port is there at all";
  }
  return `plug the printer in, or set port to one of ${found.slice(0, 6).join(", ")}`;
}

function isSerialName(path: string): boolean {
  return /^\/dev\/tty(USB|ACM|AMA)\d+$/.test(path);
}

async function namesIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(folder)) names.push(join(folder, name));
  } catch (error) {
    if (isForbidden(error)) throw error;
  }
  return names.sort();
}

/** The kernel lists the major numbers of everything that is a terminal. */
async function notATty(port: string, device: string): Promise<Check | null> {
  const { isCharDevice, rdev } = await Deno.stat(device);
  const major = (rdev ?? 0) >> 8 & 0xfff;
  const drivers = await Deno.readTextFile("/proc/tty/drivers");
  const majors = drivers.split("\n").map((line) => Number(/^\S+\s+\S+\s+(\d+)/.exec(line)?.[1]));
  if (isCharDevice && majors.includes(major)) return null;
  const what = isCharDevice ? "another kind of device" : "no device";
  return mustDo("", `${port} is ${what}, no serial port`, await whatThereIs());
}

async function notAllowed(port: string, device: string): Promise<Check | null> {
  try {
    await access(device, constants.R_OK | constants.W_OK);
    return null;
  } catch (error) {
    if (isForbidden(error)) throw error;
    const { gid } = await Deno.stat(device);
    const group = await groupName(gid ?? -1);
    return mustDo(
      "",
      `this user (${Deno.uid()}) may not open ${port}, which belongs to group ${group}`,
      JOIN_GROUP.replace("dialout", group),
    );
  }
}

async function groupName(gid: number): Promise<string> {
  const groups = await Deno.readTextFile("/etc/group").catch(() => "");
  const line = groups.split("\n").find((one) => one.split(":")[2] === String(gid));
  return line?.split(":")[0] ?? String(gid);
}

/** Whoever else has the port open takes the printer's answers away, or sends past the guard. */
function owner(port: string, device: string): Check | null {
  const holders = holdersOf(DENO_FILES, device, Deno.pid);
  const others = holders.filter((holder) => !isTap(holder));
  if (others.length === 0) return null;
  return mustDo(
    "",
    `${port} is held by ${describeHolders(others)}`,
    "end that program's connection, and point it to the tap's own port instead",
  );
}

function isTap({ pid }: Holder): boolean {
  return isTapsCommand(DENO_FILES.readText(`/proc/${pid}/cmdline`)?.replaceAll("\0", " ") ?? "");
}

/** Whether a command line is a tap's own. */
export function isTapsCommand(text: string): boolean {
  return TAP.test(text);
}

async function stability(port: string, device: string): Promise<Check> {
  const found = holdersOf(DENO_FILES, device, Deno.pid).length > 0
    ? `the tap has ${port}`
    : `${port} is there, may be opened, and nobody has it that this user can see`;
  const moves = /^\/dev\/tty(USB|ACM)\d+$/.test(port);
  if (!moves) return fine("", found);
  for (const link of await namesIn(BY_ID)) {
    if (await deviceOf(link) !== device) continue;
    return hint("", `${found}; its number may change`, `set port to ${link}, which stays`);
  }
  return fine("", found);
}
