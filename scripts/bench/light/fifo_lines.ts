import { Epoll } from "epoll";
import type { InputLine, Lines, OutputLine } from "../../../edge/senses/lines/line.ts";
import type { Level } from "../../../edge/senses/signal/told.ts";
import { cString, type Libc } from "../../../edge/serial/libc.ts";
import { ok, refused, type Result } from "../../../shared/result.ts";

const O_RDWR = 2, O_NONBLOCK = 0o4000;
const ONE = "1".charCodeAt(0);

/**
 * Lines over named pipes, where a machine has no GPIO: each edge is a byte, told by the same epoll
 * and taken by one read, so it costs what an edge costs.
 */
export class FifoLines implements Lines {
  constructor(private readonly libc: Libc, private readonly folder: string) {}

  input(pin: number): Result<InputLine> {
    const path = `${this.folder}/${pin}`;
    const fd = this.libc.call.open(cString(path), O_RDWR | O_NONBLOCK, 0);
    if (fd < 0) return refused(`Cannot open ${path}`);
    const bytes = new Uint8Array(256);
    let level: Level = 0;
    const take = () => {
      const length = this.libc.call.read(fd, bytes, bytes.length);
      if (length > 0) level = bytes[length - 1] === ONE ? 1 : 0;
    };
    let onEdge: (level: Level) => void = () => {};
    const poller = new Epoll(() => {
      take();
      onEdge(level);
    });
    return ok({
      read() {
        take();
        return level;
      },
      watch(callback) {
        onEdge = callback;
        poller.add(fd, Epoll.EPOLLIN);
      },
      unwatch: () => void poller.remove(fd),
      close: () => poller.close(),
    });
  }

  output(): Result<OutputLine> {
    let level: Level = 0;
    return ok({
      read: () => level,
      write(to) {
        level = to;
        return true;
      },
      close: () => {},
    });
  }
}
