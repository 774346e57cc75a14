import type { Child } from "hono/jsx";
import type { LayerMap } from "../../../shared/layer_map.ts";
import { type CellSide, layerWords, sidesOf } from "./layer_words.ts";

/** Filament is drawn in so many shades. */
const SHADES = 5;
const MOST = 255;

/**
 * A layer as planned and as seen, and how they differ: a void or a shift that no curve can show. It
 * is seen from above, the bed's front below.
 */
export function LayerMapFigure({ map }: { map: LayerMap }) {
  const { layer, cellMm, planned } = map;
  const sides = sidesOf(map);
  const compared = sides.some((side) => side !== "same");
  return (
    <figure class="layer-map">
      <figcaption>
        <b>{planned.length > 0 ? `Layer ${layer}, planned against seen` : `Layer ${layer}`}</b>
        <span class="axis-note">{`${cellMm} mm cells, front below`}</span>
      </figcaption>
      <p class="told">{layerWords(map)}</p>
      <div class={compared ? "grids three" : "grids"}>
        {planned.length > 0 && <Amounts map={map} cells={planned} name="planned" />}
        <Amounts map={map} cells={map.seen} name="seen" />
        {compared && <Difference map={map} sides={sides} />}
      </div>
    </figure>
  );
}

/** A cell's square, as a part of a path; the first row is the front. */
function square({ widthCells, heightCells }: LayerMap, at: number): string {
  return `M${at % widthCells} ${heightCells - 1 - Math.floor(at / widthCells)}h.92v.92h-.92z`;
}

function Amounts({ map, cells, name }: { map: LayerMap; cells: readonly number[]; name: string }) {
  const paths: string[] = Array.from({ length: SHADES }, () => "");
  cells.slice(0, map.widthCells * map.heightCells).forEach((value, at) => {
    if (value > 0) paths[Math.ceil(value / MOST * SHADES) - 1] += square(map, at);
  });
  return (
    <Grid map={map} name={name} label={`Layer ${map.layer} as ${name}: ${filled(cells)}`}>
      {paths.map((d, shade) =>
        d !== "" && <path key={shade} class="cell" d={d} fill-opacity={(shade + 1) / SHADES} />
      )}
    </Grid>
  );
}

function filled(cells: readonly number[]): string {
  const some = cells.filter((cell) => cell > 0).length;
  return `filament in ${some} of ${cells.length} cells`;
}

/** What makes a minus a plus. */
const UPRIGHT = "m-.26-.26v.52";

function Difference({ map, sides }: { map: LayerMap; sides: readonly CellSide[] }) {
  const { widthCells, heightCells } = map;
  const of = (wanted: CellSide, part: (at: number) => string) =>
    sides.map((side, at) => side === wanted ? part(at) : "").join("");
  const sign = (at: number, bar: string) =>
    `M${at % widthCells} ${heightCells - 1 - Math.floor(at / widthCells)}m.2.46h.52${bar}`;
  const printed = (at: number) => map.planned[at]! > 0 ? square(map, at) : "";
  return (
    <Grid map={map} name="difference" label={`How layer ${map.layer} differs: ${layerWords(map)}`}>
      <path class="same" d={of("same", printed)} />
      <path
        class="less"
        d={of("less", (at) =>
          square(map, at))}
      />
      <path
        class="more"
        d={of("more", (at) =>
          square(map, at))}
      />
      <path
        class="sign"
        d={of("less", (at) =>
          sign(at, ""))}
      />
      <path class="sign" d={of("more", (at) => sign(at, UPRIGHT))} />
    </Grid>
  );
}

interface GridProps {
  map: LayerMap;
  name: string;
  label: string;
  children: Child;
}

function Grid({ map: { widthCells, heightCells }, name, label, children }: GridProps) {
  return (
    <div class={`grid ${name}`}>
      <svg
        viewBox={`-.04 -.04 ${widthCells} ${heightCells}`}
        role="img"
        aria-label={label}
      >
        {children}
      </svg>
      <p>
        {name}
        {name === "difference" && (
          <small>
            <Sample as="less" bar="" /> less <Sample as="more" bar={UPRIGHT} /> more
          </small>
        )}
      </p>
    </div>
  );
}

/** What a sign in the difference stands for. */
function Sample({ as, bar }: { as: string; bar: string }) {
  return (
    <svg class="sample" viewBox="0 0 .92 .92" aria-hidden="true">
      <path class={as} d="M0 0h.92v.92h-.92z" />
      <path class="sign" d={`M.2 .46h.52${bar}`} />
    </svg>
  );
}
