import type { Machine } from "../device/machine.ts";
import type { StreamHost } from "../host/stream_host.ts";
import type { PrinterParameters } from "../parameters.ts";

/** One disturbance or attack to happen in a run. */
export interface Injection {
  /** The scenario of the design, for example "B03". */
  id: string;
  /** When it begins, s on the run's clock. */
  atS: number;
  /** How large; its unit is the scenario's own (see the catalogue). */
  size: number;
  /** How long it lasts, s; infinite until the run's end. */
  forS: number;
  /** How long it takes to grow to its size, s. */
  onsetS: number;
  /** Which form of the scenario. */
  variant: string;
  /** Seed of whatever is random in it. */
  seed: number;
}

/** What really happened, for the judge alone: nothing of it goes to the analysis. */
export interface Truth {
  id: string;
  size: number;
  variant: string;
  /** First and last effect, s; the end is infinite while it lasts. */
  startS: number;
  endS: number;
}

/** What a scenario may know of its surroundings. */
export interface Surroundings {
  /** The printer's parameters, where the attacker has read them; typical ones are used without. */
  printer?: PrinterParameters;
  /** Lines of another job, for a job that is swapped; a distorted copy is sent without. */
  otherJob?: readonly string[];
}

/** A scenario at work below the wire: in firmware, hardware or the world. */
export interface BelowWire {
  /**
   * Called at each control tick while active, before the tick. `share` grows 0…1 over the onset.
   * `false` says that nothing has come of it yet.
   */
  tick(m: Machine, share: number): boolean | void;
  /** Called at each tick once its time is over, until it says that nothing shows any more. */
  leave?(m: Machine): boolean;
  /** Undoes everything. */
  end(m: Machine): void;
}

/** A scenario at work upstream of the wire, as a man in the middle of the serial line. */
export interface UpstreamWire {
  /** Whatever passes to the printer is seen here from the start on, also before it is active. */
  watch?(text: string): void;
  /** Lines to put in as it begins, none if there is nothing to do. */
  begin?(): string[];
  /** What goes on instead of a line while active, without number and checksum; `null` drops it. */
  alter?(text: string): string | null;
  /** Lines to put in behind a line while active. */
  after?(text: string): string[];
  /** How long a line is held back while active, s. */
  holdS?(): number;
  /** Lines to put in as it ends. */
  end?(): string[];
  /** Whether lines must still be altered after the end, so that nothing jumps. */
  lingers?(): boolean;
  /** The answers to its own lines never reach the host. */
  hidesReplies?: boolean;
}

/** A scenario at work in the printing host, or by the person before it. */
export interface HostSide {
  begin(host: StreamHost, nowS: number): void;
  /** Called again at the time that `begin` or the last call asked for, s; infinite for never. */
  next?(host: StreamHost, nowS: number): number;
  end(host: StreamHost, nowS: number): void;
}

/** A scenario at work in the cable between tap and printer. `null` loses a line. */
export interface Cable {
  down(line: string): string | null;
  up(line: string): string | null;
}
