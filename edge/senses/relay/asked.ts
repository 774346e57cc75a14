/** What is asked of a printer's hotend, by the lines that crossed its tap. */
export interface HeatAsked {
  /** The highest set point that may be in force, °C; null: nobody has said. */
  targetC: number | null;
  /** When it last changed, s. */
  changedS: number;
  /** The last report, °C, and when it came, s. */
  reportedC: number | null;
  reportS: number;
  /** The duty that it told, 0–1; null where it tells none, or its full scale was never seen. */
  duty: number | null;
  /** The firmware may drive the heater by itself, as M303 has it do. */
  tunes: boolean;
  /** An emergency stop or a reset: the heater has to be off, whatever isn't reported any more. */
  stopped: boolean;
}
