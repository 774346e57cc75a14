import { decodeControl, type TapControl, type TapState } from "../tap/control.ts";
import { DIR, type Dir, type Frame } from "../tap/frame.ts";
import { LineSplitter } from "./line_splitter.ts";
import type { LinkEvent, Observation, SourcePosition } from "./observation.ts";

/**
 * So many frames before the place to go on at are read again, only to know how a line began whose
 * end comes after it.
 */
export const LOOK_BACK_FRAMES = 512;

type Control<T extends TapControl["type"]> = Extract<TapControl, { type: T }>;

/** What a frame says. */
export interface FrameSays {
  observations: Observation[];
  /** What became of an order. */
  ack: Control<"ack"> | null;
  /** Why the tap ends the connection. */
  bye: string | null;
}

/**
 * Turns a tap's frames into observations: bytes into lines, each with the time at which its end
 * came, the tap's own words into link events, gaps and ticks. Frames in, observations out; no I/O.
 */
export class TapFrames {
  /** Control frames that broke their schema; each was left out. */
  garbledFrames = 0;
  #position: SourcePosition | null;
  #lanes = lanes(true);
  #lastEventS: number | null = null;
  #isBlind = false;
  #gap: { missedFrames: number; reason: string } | null = null;
  /** How things stand once the frame before `nextSeq` is dealt with; set where frames are missing. */
  #standing: { nextSeq: number; state: TapState } | null = null;

  /** @param after the last frame that was dealt with before, or null to begin with the oldest */
  constructor(after: SourcePosition | null) {
    this.#position = after;
  }

  /** The last frame whose observations were all given. */
  get position(): SourcePosition | null {
    return this.#position;
  }

  /** Lines that lost their rest because they were too long. */
  get overlongLines(): number {
    return Object.values(this.#lanes).reduce((sum, lane) => sum + lane.overlong, 0);
  }

  /** From where on a new connection is asked to send. */
  get resumeAfter(): "oldest" | { tapId: string; seq: number } {
    if (this.#position === null) return "oldest";
    const seq = Math.max(0, this.#position.seq - LOOK_BACK_FRAMES);
    return { tapId: this.#position.runId, seq };
  }

  /** Begins with a new connection's first frame. @returns false if the frame is no hello */
  begin(frame: Frame): boolean {
    const control = this.#control(frame);
    if (control?.type !== "hello") return false;
    const { tapId, oldestSeq, nextSeq, state } = control;
    const before = this.#position;
    const goesOn = before?.runId === tapId;
    this.#lanes = lanes(goesOn ? before.seq > LOOK_BACK_FRAMES : oldestSeq > 1);
    if (goesOn) return true;
    this.#isBlind = false;
    if (before !== null || oldestSeq > 1) {
      const reason = before === null ? "the agent came later" : "the tap was started anew";
      this.#gap = { missedFrames: oldestSeq - 1, reason };
      this.#standing = { nextSeq, state };
    }
    if (before?.bootId !== frame.bootId) this.#lastEventS = null;
    this.#position = { bootId: frame.bootId, runId: tapId, seq: oldestSeq - 1 };
    return true;
  }

  /** Says what the next frame says; `settle` has to follow once that was given on. */
  step(frame: Frame): FrameSays {
    const eventTimeS = frame.eventTimeNs / 1e9;
    const control = frame.dir === DIR.control ? this.#control(frame) : null;
    if (control?.type === "gap") {
      // Its own time is that of its sending; the frames that follow it are older.
      this.#missed(control);
      return { observations: [], ack: null, bye: null };
    }
    const before = this.#beforeIt(eventTimeS);
    const own = control === null
      ? this.#lines(frame.dir, frame.bytes, eventTimeS)
      : this.#events(control, eventTimeS);
    const ack = control?.type === "ack" ? control : null;
    const bye = control?.type === "bye" ? control.reason : null;
    this.#lastEventS = eventTimeS;
    const isOld = isKept(control) && frame.seq <= (this.#position?.seq ?? 0);
    return { observations: isOld ? [] : [...before, ...own], ack, bye };
  }

  /** Moves the position behind a frame. */
  settle(frame: Frame): void {
    if (this.#position !== null && frame.seq > this.#position.seq) {
      this.#position = { ...this.#position, seq: frame.seq };
    }
  }

  #control(frame: Frame): TapControl | null {
    if (frame.dir !== DIR.control) return null;
    const control = decodeControl(frame.bytes);
    if (control.ok) return control.value;
    this.garbledFrames++;
    return null;
  }

  #missed(gap: Control<"gap">): void {
    this.#lanes = lanes(true);
    const known = Math.max(this.#position?.seq ?? 0, gap.fromSeq - 1);
    const missedFrames = gap.fromSeq + gap.missedFrames - 1 - known;
    if (missedFrames <= 0) return;
    this.#gap = { missedFrames, reason: "the tap's memory had been overwritten" };
    this.#standing = { nextSeq: gap.nextSeq, state: gap.state };
  }

  /** What has to be said before the next frame: what is missing, and how things stand after that. */
  #beforeIt(eventTimeS: number): Observation[] {
    const said: Observation[] = [];
    if (this.#gap !== null) {
      const sinceS = Math.min(this.#lastEventS ?? eventTimeS, eventTimeS);
      said.push({ type: "gap", eventTimeS, sinceS, ...this.#gap });
      this.#gap = null;
    }
    const standing = this.#standing;
    if (standing !== null && (this.#position?.seq ?? 0) >= standing.nextSeq - 1) {
      this.#standing = null;
      this.#isBlind = standing.state.blind !== null;
      said.push(...standingEvents(standing.state, eventTimeS));
    }
    return said;
  }

  #lines(dir: Dir, bytes: Uint8Array, eventTimeS: number): Observation[] {
    const lane = this.#lanes[dir];
    if (lane === undefined) return [];
    if (this.#isBlind) {
      lane.passOver(bytes);
      return [];
    }
    return lane.push(bytes).map((line) =>
      dir === DIR.printerToHost
        ? { type: "received", eventTimeS, line }
        : { type: "sent", eventTimeS, line, origin: dir === DIR.hostToPrinter ? "host" : "agent" }
    );
  }

  #events(control: TapControl, eventTimeS: number): Observation[] {
    if (control.type === "heartbeat") return [{ type: "tick", eventTimeS }];
    if (control.type !== "link") return [];
    const { event, detail } = control;
    if (event === "blind" || event === "seeing") this.#isBlind = event === "blind";
    // The tap lets what comes afterwards begin with a whole line.
    const cutsOff = event === "printer-lost" || event === "bypass-on";
    if (cutsOff) { for (const lane of Object.values(this.#lanes)) lane.forget(); }
    return [{ type: "link", eventTimeS, event, detail }];
  }
}

/** One splitter for each origin of lines; what the agent tells the host is no observation. */
function lanes(startInside: boolean): Partial<Record<Dir, LineSplitter>> & object {
  return {
    [DIR.hostToPrinter]: new LineSplitter(startInside),
    [DIR.printerToHost]: new LineSplitter(startInside),
    [DIR.agentToPrinter]: new LineSplitter(),
  };
}

/** Whether a frame has a sequence number of its own. */
function isKept(control: TapControl | null): boolean {
  return control === null || control.type === "link" || control.type === "ack";
}

function standingEvents(state: TapState, eventTimeS: number): Observation[] {
  const events: [LinkEvent, string][] = [
    state.blind === null ? ["seeing", ""] : ["blind", state.blind],
    state.bypass ? ["bypass-on", ""] : ["bypass-off", ""],
  ];
  if (!state.printer && !state.bypass) events.push(["printer-lost", ""]);
  if (!state.host) events.push(["host-closed", ""]);
  return events.map(([event, detail]) => ({ type: "link", eventTimeS, event, detail }));
}
