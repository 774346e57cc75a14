/**
 * Two ends of a TCP connection whose urgent bytes raise EPOLLPRI, as the edge of a GPIO line does:
 * what a machine without such lines has to test with.
 */
export interface UrgentPair {
  readFd: number;
  send(byte: string): void;
  /** Takes the urgent byte, after which it isn't told any more. */
  take(): string;
  close(): void;
}

const AF_INET = 2, SOCK_STREAM = 1, MSG_OOB = 1, MSG_DONTWAIT = 0x40;

const { symbols: libc } = Deno.dlopen("libc.so.6", {
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  listen: { parameters: ["i32", "i32"], result: "i32" },
  getsockname: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  accept: { parameters: ["i32", "pointer", "pointer"], result: "i32" },
  send: { parameters: ["i32", "buffer", "usize", "i32"], result: "isize" },
  recv: { parameters: ["i32", "buffer", "usize", "i32"], result: "isize" },
  close: { parameters: ["i32"], result: "i32" },
});

export function urgentPair(): UrgentPair {
  const address = new Uint8Array(16);
  address.set([AF_INET, 0, 0, 0, 127, 0, 0, 1]);
  const listener = libc.socket(AF_INET, SOCK_STREAM, 0);
  libc.bind(listener, address, 16);
  libc.listen(listener, 1);
  libc.getsockname(listener, address, new Uint32Array([16]));
  const writeFd = libc.socket(AF_INET, SOCK_STREAM, 0);
  if (libc.connect(writeFd, address, 16) !== 0) throw new Error("Cannot connect the pair");
  const readFd = libc.accept(listener, null, null);
  libc.close(listener);
  const byte = new Uint8Array(1);
  return {
    readFd,
    send(text) {
      byte[0] = text.charCodeAt(0);
      libc.send(writeFd, byte, 1n, MSG_OOB);
    },
    take() {
      const taken = new Uint8Array(1);
      const length = libc.recv(readFd, taken, 1n, MSG_OOB | MSG_DONTWAIT);
      return Number(length) === 1 ? String.fromCharCode(taken[0]!) : "";
    },
    close() {
      libc.close(writeFd);
      libc.close(readFd);
    },
  };
}
