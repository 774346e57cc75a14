/** Told of a descriptor's events; `error` is null but where waiting itself failed. */
export type EpollCallback = (error: Error | null, fd: number, events: number) => void;

/** Watches descriptors, with the interface of npm's package `epoll`. Needs `--allow-ffi`. */
export class Epoll {
  static readonly EPOLLIN: number;
  static readonly EPOLLPRI: number;
  static readonly EPOLLOUT: number;
  static readonly EPOLLERR: number;
  static readonly EPOLLHUP: number;
  static readonly EPOLLRDHUP: number;
  static readonly EPOLLONESHOT: number;
  static readonly EPOLLET: number;
  constructor(callback: EpollCallback);
  /** @throws {Error} if libc refuses the descriptor */
  add(fd: number, events: number): this;
  modify(fd: number, events: number): this;
  remove(fd: number): this;
  /** Ends the watching of all its descriptors. */
  close(): void;
  readonly closed: boolean;
}
