import { z } from "zod";

/** What a map shows: the whole layer, a part of it, or as much as had been printed by then. */
export const MapExtent = z.enum(["layer", "part", "so-far"]);

/**
 * A coarse grid of one layer, row by row from the front left corner of the bed: planned and seen
 * extrusion, 0–255 a cell. `planned` is empty where nothing says what was planned.
 */
export const LayerMap = z.strictObject({
  layer: z.int().min(0),
  widthCells: z.int().min(1).max(32),
  heightCells: z.int().min(1).max(32),
  cellMm: z.number().positive(),
  planned: z.array(z.int().min(0).max(255)).max(1024),
  seen: z.array(z.int().min(0).max(255)).max(1024),
  /** Where on the bed the first cell's front left corner is, mm. */
  leftMm: z.number().optional(),
  frontMm: z.number().optional(),
  /** Absent: whatever had passed when it was made. */
  extent: MapExtent.optional(),
});
export type LayerMap = z.infer<typeof LayerMap>;

/** Less than this is the rounding of the cells' edges, and a quarter is what a person can see. */
const LEAST = 24, SHARE = 0.25;

/** Whether a cell was printed otherwise than planned; both 0–255. */
export function cellDiffers(planned: number, seen: number): boolean {
  return Math.abs(planned - seen) > Math.max(LEAST, SHARE * planned);
}
