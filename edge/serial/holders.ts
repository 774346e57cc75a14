import type { Files } from "./files.ts";

/** What is needed to look around in /proc. */
export type LookingFiles = Pick<Files, "readText" | "list" | "readLink" | "resolve">;

/** A program that has a file open. */
export interface Holder {
  pid: number;
  command: string;
}

/**
 * Finds who has a device open, by its resolved path. Without root only one's own programs can be
 * seen, so an empty list doesn't mean that nobody has it.
 *
 * @param ownPid this process, which is left out
 */
export function holdersOf(files: LookingFiles, devicePath: string, ownPid: number): Holder[] {
  const target = files.resolve(devicePath) ?? devicePath;
  const holders: Holder[] = [];
  for (const entry of files.list("/proc") ?? []) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === ownPid) continue;
    if (holds(files, pid, target)) holders.push({ pid, command: commandOf(files, pid) });
  }
  return holders;
}

function holds(files: LookingFiles, pid: number, target: string): boolean {
  const folder = `/proc/${pid}/fd`;
  const open = (files.list(folder) ?? []).map((fd) => [fd, files.readLink(`${folder}/${fd}`)]);
  if (!open.some(([_fd, path]) => path === target)) return false;
  // Whoever has the master of a pty is its device, like a virtual printer, and no second user.
  return !open.some(([fd, path]) => path?.endsWith("/ptmx") && isMaster(files, pid, fd, target));
}

function isMaster(files: LookingFiles, pid: number, fd: string | null | undefined, slave: string) {
  const index = /^tty-index:\s*(\d+)/m.exec(files.readText(`/proc/${pid}/fdinfo/${fd}`) ?? "")?.[1];
  return index !== undefined && slave === `/dev/pts/${index}`;
}

function commandOf(files: LookingFiles, pid: number): string {
  const line = files.readText(`/proc/${pid}/cmdline`)?.replaceAll("\0", " ").trim();
  return (line || files.readText(`/proc/${pid}/comm`)?.trim() || "unknown").slice(0, 80);
}

/** The holders in words, for an error message. */
export function describeHolders(holders: readonly Holder[]): string {
  if (holders.length === 0) {
    return "a program that this user may not see (try 'sudo fuser -v' on the port)";
  }
  return holders.map(({ pid, command }) => `process ${pid} (${command})`).join(" and ");
}
