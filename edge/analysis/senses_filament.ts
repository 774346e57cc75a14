import { restFilament, shareAround, stepFilament } from "../detector/filament_check.ts";
import type { MachineState } from "../gcode/machine_state.ts";
import { commandedNow, initCommandedFilament } from "../twin/extrusion/commanded_filament.ts";
import { mapOfLayer } from "../twin/extrusion/layer_cells.ts";
import type { StreamEvent } from "./command_findings.ts";
import { filamentEvent } from "./senses_events.ts";
import type { SensesWatch } from "./senses_state.ts";
import { noteTrail } from "./senses_trail.ts";

/** Where filament is drawn back by less than this, what passed can be counted, mm. */
const DRAWN_BACK_MM = 0.2;
/** A silence of the encoder or a jump that no extruder makes: counted anew, s and mm. */
const SILENT_S = 5, JUMP_MM = 60;

/** An encoder has begun to tell: from here on what is commanded is followed. Mutates the watch. */
export function followFilament(watch: SensesWatch, machine: MachineState): void {
  watch.commanded ??= initCommandedFilament(0, machine);
}

/** Takes a count of the encoder; returns what is odd about it. Mutates the watch. */
export function takeFilament(
  watch: SensesWatch,
  seenMm: number,
  eventTimeS: number,
  layer: number | null,
): StreamEvent | null {
  const { filament, commanded } = watch;
  if (!commanded) return null;
  const silentS = eventTimeS - watch.filamentAtS;
  watch.filamentAtS = eventTimeS;
  const jumped = Math.abs(seenMm - filament.lastSeenMm) > JUMP_MM;
  const now = commandedNow(commanded, eventTimeS, seenMm, filament.scale);
  const { commandedMm, drawnBackMm, changed, rivalsMm } = now;
  if (silentS > SILENT_S || jumped || changed) restFilament(filament);
  noteTrail(watch.trail, eventTimeS, {
    filamentMm: seenMm,
    commandedMm: commandedMm * filament.scale,
  });
  const blind = watch.unseenMoves > 0 || eventTimeS - watch.heardS > SILENT_S;
  if (blind) restFilament(filament);
  if (blind || drawnBackMm > DRAWN_BACK_MM) return null;
  const alarm = stepFilament(filament, eventTimeS, commandedMm, seenMm, rivalsMm);
  if (!alarm) return null;
  const map = () => mapOfLayer(watch.cells, (atMm) => shareAround(filament, atMm));
  return { ...filamentEvent(alarm, watch.trail, eventTimeS, layer), layerMap: map };
}
