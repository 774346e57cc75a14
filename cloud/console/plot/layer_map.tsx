import type { LayerMap } from "../../../shared/layer_map.ts";

const CELL = 10;

/** Planned against seen extrusion of one layer: a void or a shift that no curve can show. */
export function LayerMapFigure({ map }: { map: LayerMap }) {
  return (
    <figure class="layer-map">
      <figcaption>
        <b>{`Layer ${map.layer}, planned against seen`}</b>
        <span class="axis-note">
          {`a cell is ${map.cellMm} mm; framed: over a quarter off`}
        </span>
      </figcaption>
      <div class="pair">
        <Grid map={map} cells={map.planned} name="planned" />
        <Grid map={map} cells={map.seen} name="seen" against={map.planned} />
      </div>
    </figure>
  );
}

interface GridProps {
  map: LayerMap;
  cells: number[];
  name: string;
  against?: number[];
}

function Grid({ map, cells, name, against }: GridProps) {
  const { widthCells, heightCells } = map;
  const differs = (index: number) =>
    against !== undefined && Math.abs((cells[index] ?? 0) - (against[index] ?? 0)) > 64;
  const shown = cells.slice(0, widthCells * heightCells);
  return (
    <div>
      <svg
        viewBox={`0 0 ${widthCells * CELL} ${heightCells * CELL}`}
        role="img"
        aria-label={`${name} extrusion of layer ${map.layer}`}
      >
        {shown.map((value, index) =>
          (value > 0 || differs(index)) && (
            <rect
              class={differs(index) ? "cell differs" : "cell"}
              x={(index % widthCells) * CELL + 0.75}
              y={Math.floor(index / widthCells) * CELL + 0.75}
              width={CELL - 1.5}
              height={CELL - 1.5}
              fill-opacity={Math.round((value / 255) * 100) / 100}
            />
          )
        )}
      </svg>
      <p>{name}</p>
    </div>
  );
}
