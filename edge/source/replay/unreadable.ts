/** Files that people hand over by mistake, by their first bytes, with what to do about it. */
const MAGIC: readonly [bytes: string, what: string][] = [
  ["\x1f\x8b", "a gzip archive; unpack it first (gunzip)"],
  ["PK\x03\x04", "a zip archive; unpack it first (unzip)"],
  ["(\xb5/\xfd", "a zstd archive; unpack it first (unzstd)"],
  ["\xfd7zXZ", "an xz archive; unpack it first (unxz)"],
  ["BZh", "a bzip2 archive; unpack it first (bunzip2)"],
  ["GCDE", "binary G-code: that is a job, no log"],
  ["\x89PNG", "a picture"],
  ["\xff\xd8\xff", "a picture"],
  ["%PDF", "a PDF"],
  ["\x7fELF", "a program"],
  ["SQLite format 3", "a SQLite database"],
];
const UTF16 = ["\xff\xfe", "\xfe\xff"];

/** Text has no more unreadable characters than this, as a share of a file's start. */
const UNREADABLE_SHARE_MAX = 0.3;

/** What a file is that isn't text; null for text. */
export function binaryIssue(bytes: Uint8Array): string | null {
  const starts = (magic: string) =>
    Array.from(magic).every((char, at) => bytes[at] === char.charCodeAt(0));
  const known = MAGIC.find(([magic]) => starts(magic));
  if (known) return known[1];
  if (UTF16.some(starts)) return "text in UTF-16; save it again as UTF-8";
  const text = new TextDecoder().decode(bytes.subarray(0, 16_384));
  const unreadable = Array.from(text).filter(isUnreadable).length;
  return unreadable > text.length * UNREADABLE_SHARE_MAX ? "a binary file" : null;
}

/** Control characters other than tab and line ends, and what wasn't UTF-8. */
function isUnreadable(char: string): boolean {
  const code = char.codePointAt(0)!;
  const white = code >= 9 && code <= 13;
  return (code < 32 && !white) || (code >= 127 && code < 160) || code === 0xfffd;
}

/** What a text looks like that is none of the known logs, with what to do about it. */
export function likenessOf(head: readonly string[]): string {
  const some = (pattern: RegExp) => head.some((line) => pattern.test(line));
  const first = head.find((line) => line.trim() !== "")?.trim() ?? "";
  if (first === "") return "a file without text";
  if (some(/ - serial\.log is currently not enabled/)) {
    return "a serial.log that was switched off; turn on Settings > Serial Connection > General > " +
      "'Log communication to serial.log' in OctoPrint and print again";
  }
  if (some(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} - [\w.]+ - [A-Z]+ - /)) {
    return "an octoprint.log: it doesn't hold the serial line; serial.log beside it does";
  }
  if (some(/^(?:\| )?(?:Send|Recv): /)) {
    return "a copy of OctoPrint's terminal: without times nothing can be judged; serial.log has them";
  }
  if (/^\s*<(?:!doctype|html)/i.test(first)) {
    return "a web page; download the log itself";
  }
  if (/^[{[]/.test(first)) return `JSON of another kind: ${shown(first)}`;
  if (some(/^(?:G[0-3]|G28|M10[49]|M1[49]0)\b/)) {
    return "G-code: that is a job; give it with --job beside the log of its print";
  }
  if (/[,;\t].*[,;\t]/.test(first)) return `a table with other columns: ${shown(first)}`;
  return `text of another kind: ${shown(first)}`;
}

function shown(text: string): string {
  const plain = Array.from(text, (char) => isUnreadable(char) ? "·" : char).join("");
  return `'${plain.length <= 60 ? plain : `${plain.slice(0, 59)}…`}'`;
}
