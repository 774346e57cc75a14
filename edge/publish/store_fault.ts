/** What is wrong with the file: only `corrupt` may be answered by moving it aside. */
export type StoreFault = "corrupt" | "full" | "locked" | "other";

/** What the operating system says of a disk that takes nothing (errno(3)). */
const DISK_CODES = ["EROFS", "ENOSPC", "EIO", "EDQUOT"];

/** Sorts an error of SQLite's by its code (sqlite.org/rescode.html), or where absent by its words. */
export function faultOf(error: unknown): StoreFault {
  if (!(error instanceof Error)) return "other";
  if ("code" in error && DISK_CODES.includes(String(error.code))) return "full";
  const code = "errcode" in error ? Number(error.errcode) & 0xff : NaN;
  const says = (words: RegExp) => words.test(error.message);
  if (code === 11 || code === 26 || says(/malformed|not a database/)) return "corrupt";
  if (code === 13 || code === 10 || code === 8 || says(/full|readonly|I\/O error/)) return "full";
  if (code === 5 || code === 6 || says(/locked/)) return "locked";
  return "other";
}
