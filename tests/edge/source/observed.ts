import type { Observation } from "../../../edge/source/observation.ts";

/** A line of the host's. */
export const sent = (eventTimeS: number, line: string): Observation => ({
  type: "sent",
  eventTimeS,
  line,
  origin: "host",
});

/** A line of the printer's. */
export const received = (eventTimeS: number, line: string): Observation => ({
  type: "received",
  eventTimeS,
  line,
});
