const SOL_SOCKET = 1;
const SCM_RIGHTS = 1;
const MSG_DONTWAIT_CMSG_CLOEXEC = 0x40 | 0x40000000;
const TEXT_BYTES = 4096;

const { symbols } = Deno.dlopen("libc.so.6", {
  recvmsg: { parameters: ["i32", "buffer", "i32"], result: "i32" },
});

/** One word to a service manager: lines of NAME=value, and the descriptor that came along or −1. */
export interface Notice {
  words: Map<string, string>;
  fd: number;
}

/** Takes the next word off a notify socket, with what it hands over; null if there is none. */
export function receiveNotice(socket: number): Notice | null {
  const text = new Uint8Array(TEXT_BYTES);
  const control = new Uint8Array(64);
  const part = new BigUint64Array([addressOf(text), BigInt(text.length)]);
  const header = new BigUint64Array(7);
  header[2] = addressOf(part);
  header[3] = 1n;
  header[4] = addressOf(control);
  header[5] = BigInt(control.length);
  const bytes = symbols.recvmsg(socket, new Uint8Array(header.buffer), MSG_DONTWAIT_CMSG_CLOEXEC);
  if (bytes < 0) return null;
  const view = new DataView(control.buffer);
  const hasRights = header[5] >= 20n && view.getInt32(8, true) === SOL_SOCKET &&
    view.getInt32(12, true) === SCM_RIGHTS;
  const lines = new TextDecoder().decode(text.subarray(0, bytes)).split("\n");
  const words = lines.map((line) => {
    const at = line.indexOf("=");
    return [line.slice(0, at), line.slice(at + 1)] as const;
  });
  return { words: new Map(words), fd: hasRights ? view.getInt32(16, true) : -1 };
}

function addressOf(bytes: Uint8Array<ArrayBuffer> | BigUint64Array<ArrayBuffer>): bigint {
  return Deno.UnsafePointer.value(Deno.UnsafePointer.of(bytes));
}
