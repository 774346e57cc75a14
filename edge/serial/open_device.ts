import { reasonOf } from "../../shared/reason.ts";
import { refused, type Result } from "../../shared/result.ts";
import type { Files } from "./files.ts";
import { describeHolders, holdersOf } from "./holders.ts";
import { cString, ERRNO, type Libc } from "./libc.ts";
import { encodeTermios, getTermios, type LineMode, setTermios } from "./termios.ts";

const O_RDWR = 2;
const O_NOCTTY = 0o400;
const O_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2000000;
const LOCK_EX_NB = 2 | 4;
const LOCK_UN = 8;
const TIOCEXCL = 0x540c;
const TIOCNXCL = 0x540d;

/** Why a port can't be had; only a missing one is worth waiting for. */
export type OpenFailure = "missing" | "busy" | "no-permission" | "not-a-tty" | "other";

export interface OpenRefusal {
  failure: OpenFailure;
  /** A sentence for a person: what was tried, what was required, what to do. */
  issue: string;
}

/**
 * Opens a serial port for one owner: non-blocking, raw, 8N1, locked (flock and TIOCEXCL), with
 * HUPCL cleared so that no close ever drops DTR.
 *
 * DTR: the kernel raises DTR and RTS when a port is opened while nobody else has it open and it was
 * down; no program can prevent that, so the very first open after power-up or plugging in may reset
 * an Arduino-class board once. From then on HUPCL is clear, DTR stays up across closes, and neither
 * a later open, a baud change nor the end of this process makes an edge. Where even the first must
 * not happen, `stty -F PORT -hupcl` in a udev rule doesn't help (it opens the port itself); only a
 * capacitor on the board's reset line or a cut DTR trace does.
 *
 * @param lock whether others are kept out; on by default
 * @throws {RangeError} if the mode's baud rate is out of range
 */
export function openDevice(
  libc: Libc,
  files: Files,
  path: string,
  mode: LineMode,
  lock = true,
): Result<number> & { failure?: OpenFailure } {
  const wanted = encodeTermios(mode);
  const fd = libc.call.open(cString(path), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC, 0);
  if (fd < 0) return openIssue(libc, files, path, libc.errno());
  const issue = isTty(libc, fd) ? lock ? claim(libc, files, path, fd) : null : notATty(path);
  if (issue !== null) {
    libc.call.close(fd);
    return issue;
  }
  try {
    setTermios(libc, fd, wanted);
  } catch (error) {
    closeDevice(libc, fd);
    const reason = reasonOf(error);
    return { ...refused(`Cannot use ${path}: ${reason}`), failure: "other" };
  }
  return { ok: true, value: fd };
}

/**
 * Goes on with a port that a run before opened and somebody kept open: lock, mode and DTR stay.
 *
 * @returns false if the descriptor isn't that of the port at `path` (any more)
 */
export function takeOverDevice(libc: Libc, files: Files, path: string, fd: number): boolean {
  if (!isTty(libc, fd)) return false;
  if (files.readLink(`/proc/self/fd/${fd}`) !== files.resolve(path)) return false;
  libc.call.ioctlValue(fd, TIOCEXCL, 0);
  return true;
}

/** Gives the port back. DTR stays as it is. */
export function closeDevice(libc: Libc, fd: number): void {
  // Both belong to the open port, not to this process: whoever keeps a copy would keep them too.
  libc.call.ioctlValue(fd, TIOCNXCL, 0);
  libc.call.flock(fd, LOCK_UN);
  libc.call.close(fd);
}

function isTty(libc: Libc, fd: number): boolean {
  try {
    getTermios(libc, fd);
    return true;
  } catch {
    return false;
  }
}

/** Takes the port for us alone, or says who has it. */
function claim(libc: Libc, files: Files, path: string, fd: number) {
  if (libc.call.flock(fd, LOCK_EX_NB) !== 0) return busy(libc, files, path);
  const holders = holdersOf(files, path, libc.call.getpid());
  if (holders.length > 0) return busy(libc, files, path);
  libc.call.ioctlValue(fd, TIOCEXCL, 0);
  return null;
}

function busy(libc: Libc, files: Files, path: string) {
  const who = describeHolders(holdersOf(files, path, libc.call.getpid()));
  return {
    ...refused(
      `Cannot open ${path}: a port that nobody else uses was required, but ${who} has it open; ` +
        "end that program, or let it use the tap's link instead of the port",
    ),
    failure: "busy" as const,
  };
}

function notATty(path: string) {
  return {
    ...refused(
      `Cannot open ${path}: a serial port was required, but it is not a terminal device; ` +
        "ports are listed under /dev/serial/by-id",
    ),
    failure: "not-a-tty" as const,
  };
}

function openIssue(libc: Libc, files: Files, path: string, errno: number) {
  switch (errno) {
    case ERRNO.EBUSY:
      return busy(libc, files, path);
    case ERRNO.ENOENT:
    case ERRNO.ENXIO:
    case ERRNO.ENODEV:
    case ERRNO.EIO:
      return {
        ...refused(
          `Cannot open ${path}: a serial port was required, but no such port is there; ` +
            "plug the printer in and switch it on, or look under /dev/serial/by-id",
        ),
        failure: "missing" as const,
      };
    case ERRNO.EACCES:
      return {
        ...refused(
          `Cannot open ${path}: permission to read and write was required; add this user to the ` +
            "port's group (on Debian 'sudo usermod -aG dialout USER') and log in again",
        ),
        failure: "no-permission" as const,
      };
    default:
      return {
        ...refused(
          `Cannot open ${path}: a serial port was required, got: ${libc.errorText(errno)}`,
        ),
        failure: (errno === 21 ? "not-a-tty" : "other") as OpenFailure,
      };
  }
}
