import type { Libc } from "../serial/libc.ts";
import { POLLOUT, PollSet } from "../serial/poll_set.ts";

const STDERR = 2;
const LINE_BYTES_MAX = 1024;

/**
 * Writes log lines to standard error without ever waiting for its reader: a line for which there is
 * no room is left out and counted, because a stuck log must not stop a print.
 */
export function stderrLog(libc: Libc, prefix: string): (text: string) => void {
  const poll = new PollSet(libc, 1);
  let leftOut = 0;
  const write = (text: string) => {
    const line = new TextEncoder().encode(`${prefix}: ${text.replaceAll("\n", " ")}`)
      .subarray(0, LINE_BYTES_MAX - 1);
    const ended = new Uint8Array(line.length + 1);
    ended.set(line);
    ended[line.length] = 10;
    libc.call.write(STDERR, ended, ended.length);
  };
  return (text) => {
    poll.set(0, STDERR, POLLOUT);
    poll.wait(0);
    if ((poll.seen(0) & POLLOUT) === 0) {
      leftOut++;
      return;
    }
    if (leftOut > 0) write(`${leftOut} lines were left out of the log`);
    leftOut = 0;
    write(text);
  };
}
