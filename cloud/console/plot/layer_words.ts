import { cellDiffers, type LayerMap } from "../../../shared/layer_map.ts";
import { count } from "../words.ts";

/** How a cell was printed: as planned, with less filament or with more. */
export type CellSide = "same" | "less" | "more";

/** Each cell held against its plan; empty where there is none, or where more of it may yet come. */
export function sidesOf({ planned, seen, extent, widthCells, heightCells }: LayerMap): CellSide[] {
  if (extent === "so-far") return [];
  return planned.slice(0, widthCells * heightCells).map((plan, at) => {
    const came = seen[at] ?? 0;
    return cellDiffers(plan, came) ? (came < plan ? "less" : "more") : "same";
  });
}

/** What the map shows, in a sentence or two: what a person has to know who doesn't see it. */
export function layerWords(map: LayerMap): string {
  const { planned, seen, extent } = map;
  if (planned.length === 0) {
    const early = extent === "so-far" ? "; the layer was still being printed" : "";
    return `What was seen${early}. No registered job says what this layer should look like.`;
  }
  if (extent === "so-far") {
    return "The layer was still being printed: what is missing may yet come.";
  }
  const sides = sidesOf(map);
  const less = sides.filter((side) => side === "less").length;
  const more = sides.filter((side) => side === "more").length;
  const filament = `${shareOf(sum(seen), sum(planned))} of the planned filament`;
  const here = extent === "part" ? " in this part of the layer" : "";
  if (less + more === 0) return `Every cell is about as planned${here}; in all ${filament}.`;
  const parts = [
    ...(less > 0 ? [`${count(less, "cell")} with less filament`] : []),
    ...(more > 0 ? [`${count(more, "cell")} with more`] : []),
  ];
  return `${parts.join(" and ")} than planned${placeWords(map, sides)}; ${filament}${here}.`;
}

function sum(cells: readonly number[]): number {
  return cells.reduce((total, cell) => total + cell, 0);
}

function shareOf(part: number, whole: number): string {
  return whole === 0 ? "more than nothing" : `${Math.round(part / whole * 100)} %`;
}

/** Where on the bed that is. */
function placeWords(
  { leftMm, frontMm, widthCells, cellMm }: LayerMap,
  sides: readonly CellSide[],
): string {
  if (leftMm === undefined || frontMm === undefined) return "";
  const columns: number[] = [], rows: number[] = [];
  sides.forEach((side, at) => {
    if (side === "same") return;
    columns.push(at % widthCells);
    rows.push(Math.floor(at / widthCells));
  });
  const span = (cells: number[], fromMm: number) => {
    const [low, high] = [Math.min(...cells), Math.max(...cells) + 1];
    return `${tidyMm(fromMm + low * cellMm)} to ${tidyMm(fromMm + high * cellMm)}`;
  };
  return `, X ${span(columns, leftMm)} and Y ${span(rows, frontMm)} mm`;
}

function tidyMm(mm: number): string {
  return String(Math.round(mm * 10) / 10);
}
