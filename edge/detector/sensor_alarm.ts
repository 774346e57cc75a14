/** What readings do that no heated block can. */
export type SensorFault = "jump" | "spikes" | "noise" | "frozen" | "replayed" | "apart";

/** A fault of a sensor that stands. */
export interface SensorAlarm {
  fault: SensorFault;
  /** 1 is just enough. */
  score: number;
  onsetS: number;
  /** The size of a jump, K; else 0. */
  jumpK: number;
}
