import type { Libc } from "../serial/libc.ts";

const NICE = -10;
const SLICE_NS = 100_000n;
const SCHED_ATTR_BYTES = 56;
const SCHED_SETATTR: Record<string, number> = { x86_64: 314, aarch64: 274 };

/**
 * Asks the kernel to run this process soon after it is woken: a short slice, which Linux 6.12 and
 * later take as a wish for low delay and grant to anyone, and a better nice value, which needs the
 * right to it. Without either the tap runs as any other program.
 */
export function askForLowDelay(libc: Libc): void {
  const hasNice = libc.call.setpriority(0, 0, NICE) === 0;
  const number = SCHED_SETATTR[Deno.build.arch];
  if (number === undefined) return;
  const attributes = new Uint8Array(SCHED_ATTR_BYTES);
  const view = new DataView(attributes.buffer);
  view.setUint32(0, SCHED_ATTR_BYTES, true);
  view.setInt32(16, hasNice ? NICE : 0, true);
  view.setBigUint64(24, SLICE_NS, true);
  libc.call.syscallBuffer(number, 0, attributes, 0);
}
