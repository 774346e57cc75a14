import type { LaneIo } from "../../edge/tap/lane_io.ts";

/** A lane's ends in plain memory, out of a read and a write: for fuzzing and tests. */
export function plainLaneIo(ends: Pick<LaneIo, "read" | "write">): LaneIo {
  let waiting: number[] = [];
  return {
    hasRoom: true,
    read(into, bytesMax) {
      const bytes = ends.read(into, bytesMax);
      for (let at = 0; at < bytes; at++) waiting.push(into[at]!);
      return bytes;
    },
    pass(bytes) {
      if (bytes > waiting.length) throw new Error(`only ${waiting.length} of ${bytes} bytes wait`);
      const passed = ends.write(Uint8Array.from(waiting.slice(0, bytes)), bytes);
      waiting = waiting.slice(Math.max(passed, 0));
      return passed;
    },
    settle() {},
    drop(bytes) {
      if (bytes > waiting.length) throw new Error(`only ${waiting.length} of ${bytes} bytes wait`);
      waiting = waiting.slice(bytes);
    },
    replace(bytes) {
      waiting = [...bytes];
    },
    recover(into) {
      into.set(waiting);
      return waiting.length;
    },
    write: (from, bytes) => ends.write(from, bytes),
  };
}
