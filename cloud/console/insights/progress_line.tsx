import type { Presence } from "../../../shared/presence.ts";
import type { SeenState } from "../../printers/printer_event.ts";
import { hours, share } from "./units.ts";

/** How far the print at work is, and what is left of it; nothing where nobody knows. */
export function ProgressLine({ presence, state }: { presence: Presence; state: SeenState }) {
  const current = presence.prints?.current;
  if (!current || (state !== "printing" && state !== "paused")) return null;
  const { part, twinRemainingS, slicerRemainingS } = current;
  const left = twinRemainingS !== null
    ? `${hours(twinRemainingS)} left by the twin`
    : slicerRemainingS !== null
    ? `${hours(slicerRemainingS)} left by the slicer`
    : null;
  const told = [part === null ? null : `${share(part)} done`, left].filter((one) => one !== null);
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
