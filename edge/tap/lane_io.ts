/**
 * The two ends of a lane and what waits between them, non-blocking: bytes moved, 0 if none can be
 * now, −1 if the end is gone.
 */
export interface LaneIo {
  /** Whether more can wait, however few bytes it is. */
  readonly hasRoom: boolean;
  /** Takes bytes from the near side to wait, and shows them. */
  read(into: Uint8Array<ArrayBuffer>, bytesMax: number): number;
  /** Passes the oldest `bytes` of those that wait on to the far side. */
  pass(bytes: number): number;
  /** What was passed on has been written down. */
  settle(): void;
  /** Throws the oldest `bytes` of those that wait away. */
  drop(bytes: number): void;
  /** Puts others in the place of all that wait. */
  replace(bytes: Uint8Array<ArrayBuffer>): void;
  /** Shows what waits since a run before. @returns how many bytes */
  recover(into: Uint8Array<ArrayBuffer>): number;
  /** Writes bytes to the far side that never came from the near one. */
  write(from: Uint8Array<ArrayBuffer>, bytes: number): number;
}
