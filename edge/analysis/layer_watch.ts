import type { LayerMap } from "../../shared/layer_map.ts";
import type { EventName } from "../../shared/known_issue.ts";
import type { Finding } from "../finding.ts";
import type { Effects } from "../gcode/effects.ts";
import { initCellGrid } from "../twin/extrusion/cell_grid.ts";
import {
  addToLayer,
  type GridLayer,
  initLayerGrids,
  type LayerGrids,
} from "../twin/extrusion/layer_grid.ts";
import { type Episodes, picture } from "./episodes.ts";
import { isBetter, layerPicture, shareOff } from "./layer_picture.ts";
import type { Reference } from "./reference_watch.ts";

/** What changes where filament goes; a curve can't show it. */
const DRAWN: ReadonlySet<EventName> = new Set([
  "command-flow",
  "command-geometry",
  "command-dropped",
  "command-swapped-job",
]);
/** What may change it: drawn once the layer shows that it did. */
const DRAWN_IF_OFF: ReadonlySet<EventName> = new Set(["command-order", "command-inserted"]);
/** Heights nearer than this are one layer's, mm. */
const SAME_LAYER_MM = 0.04;
/** Deviations that wait for a layer's end; the newest. */
const AWAITED_MAX = 8;

/** A deviation whose layer hasn't ended yet. */
interface Awaited {
  identity: string;
  layer: number;
  /** Where the job stood; null without one. */
  position: number | null;
}

/** Where filament goes, and who wants to see it once the layer has ended; plain JSON. */
export interface LayerWatch {
  grids: LayerGrids;
  awaited: Awaited[];
}

export function initLayerWatch(): LayerWatch {
  return { grids: initLayerGrids(), awaited: [] };
}

/** When a map belongs to an event of this name. */
export function drawnWhen(name: EventName): "at once" | "if off" | "never" {
  return DRAWN.has(name) ? "at once" : DRAWN_IF_OFF.has(name) ? "if off" : "never";
}

/** Takes what a command did; true where a layer has ended that somebody waits for. Mutates the watch. */
export function noteLayer(watch: LayerWatch, effects: Effects, shiftMm: number): boolean {
  return addToLayer(watch.grids, effects, shiftMm) && watch.awaited.length > 0;
}

/** A deviation gets its picture when the layer ends. Mutates the watch. */
export function awaitLayer(watch: LayerWatch, awaited: Awaited): void {
  const { identity, layer } = awaited;
  const others = watch.awaited.filter((each) => each.identity !== identity || each.layer !== layer);
  watch.awaited = [...others, awaited].slice(-AWAITED_MAX);
}

/** The layer that a deviation is about, as far as it has been printed. */
export function drawLayer(
  { grids: { now, before } }: LayerWatch,
  reference: Reference | null,
  { layer, position }: Omit<Awaited, "identity">,
): LayerMap | null {
  const planned = ownPlan(reference, position);
  const draw = (seen: GridLayer, whole: boolean) => {
    const known = plannedFor(reference, position, seen)?.grid ?? null;
    return layerPicture({ layer, planned: known, seen: seen.grid, whole });
  };
  if (!planned || isSameHeight(planned, now)) return draw(now, false);
  // What is told late may be about the layer that has just ended.
  if (before && isSameHeight(planned, before)) return draw(before, true);
  return planned.zMm < now.zMm
    ? draw(now, false)
    : draw({ ...planned, grid: initCellGrid() }, false);
}

/** The pictures of the layer that has just ended, for those that wait for it. Mutates both states. */
export function tellLayers(
  watch: LayerWatch,
  reference: Reference | null,
  episodes: Episodes,
): Finding[] {
  const { now, before } = watch.grids;
  if (!before) return [];
  const isLater = ({ position }: Awaited) => {
    const planned = ownPlan(reference, position);
    return planned !== null && !isSameHeight(planned, before) && isSameHeight(planned, now);
  };
  const due = watch.awaited.filter((each) => !isLater(each));
  watch.awaited = watch.awaited.filter(isLater);
  return due.flatMap(({ identity, layer, position }) => {
    const planned = plannedFor(reference, position, before)?.grid ?? null;
    const map = layerPicture({ layer, planned, seen: before.grid, whole: true });
    const told = map && picture(episodes, identity, (last) => chosen(map, last));
    return told ? [told] : [];
  });
}

/** A map that shows nothing only takes the place of one that was made too early. */
function chosen(map: LayerMap, last: LayerMap | null): LayerMap | null {
  return isBetter(map, last) && (last !== null || shareOff(map) > 0) ? map : last;
}

function ownPlan(reference: Reference | null, position: number | null): GridLayer | null {
  return position === null ? null : reference?.planned?.(position, null) ?? null;
}

/** The job's layer at this place; of another job's the one at this height. */
function plannedFor(
  reference: Reference | null,
  position: number | null,
  seen: GridLayer,
): GridLayer | null {
  const own = ownPlan(reference, position);
  if (own === null || isSameHeight(own, seen)) return own;
  return reference?.planned?.(position!, seen.zMm) ?? null;
}

function isSameHeight(one: GridLayer, other: GridLayer): boolean {
  return Math.abs(one.zMm - other.zMm) < SAME_LAYER_MM;
}
