import type { Presence } from "../../../shared/presence.ts";
import type { SeenState } from "../../printers/printer_event.ts";
import { hours, share } from "./units.ts";

interface ProgressProps {
  presence: Presence;
  state: SeenState;
  /** For a wall: the picture says how far it is, the words what is left. */
  brief?: boolean;
}

/** How far the print at work is, and what is left of it; nothing where nobody knows. */
export function ProgressLine({ presence, state, brief = false }: ProgressProps) {
  const current = presence.prints?.current;
  if (!current || (state !== "printing" && state !== "paused")) return null;
  const { part, twinRemainingS, slicerRemainingS } = current;
  const remainingS = twinRemainingS ?? slicerRemainingS;
  const source = twinRemainingS === null ? "slicer" : "twin";
  const left = remainingS === null
    ? null
    : `${hours(remainingS)} left${brief ? "" : ` by the ${source}`}`;
  const done = part === null || (brief && left !== null) ? null : `${share(part)} done`;
  const told = [done, left].filter((one) => one !== null);
  if (told.length === 0) return null;
  return (
    <p class="progress">
      {part !== null && (
        <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
          <rect class="rail" width="100" height="6" />
          <rect class="fill" width={Math.round(part * 100)} height="6" />
        </svg>
      )}
      {told.join(", ")}
    </p>
  );
}
