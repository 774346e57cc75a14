import { cellDiffers, type LayerMap } from "../../../shared/layer_map.ts";

const CELL = 10;

const WHAT: Record<NonNullable<LayerMap["extent"]>, string> = {
  "layer": "the whole layer",
  "part": "the part of the layer that differs",
  "so-far": "as much as was printed by then",
};

/** Where filament was to go on a layer and where it went, seen from above, the bed's front below. */
export function LayerMaps({ map }: { map: LayerMap }) {
  const { layer, cellMm, extent, planned } = map;
  const words = [`one cell is ${cellMm} mm`, ...(extent ? [WHAT[extent]] : [])];
  const compared = planned.length > 0 && extent !== "so-far";
  if (planned.length === 0) words.push("no registered job says what was planned");
  if (compared) words.push("crossed: differs from the plan");
  return (
    <figure class="maps">
      <figcaption>
        <b>{`Extrusion in layer ${layer}`}</b> {words.join("; ")}
      </figcaption>
      {planned.length > 0 && <Grid map={map} name="planned" />}
      <Grid map={map} name="seen" against={compared ? planned : null} />
    </figure>
  );
}

interface GridProps {
  map: LayerMap;
  name: "planned" | "seen";
  against?: readonly number[] | null;
}

function Grid({ map, name, against = null }: GridProps) {
  const { widthCells, heightCells } = map;
  const cells = map[name].slice(0, widthCells * heightCells);
  const placed = cells.map((amount, at) => ({
    amount,
    x: at % widthCells * CELL,
    y: (heightCells - 1 - Math.floor(at / widthCells)) * CELL,
    off: against !== null && cellDiffers(against[at] ?? 0, amount),
  }));
  return (
    <div>
      <svg
        viewBox={`0 0 ${widthCells * CELL} ${heightCells * CELL}`}
        role="img"
        aria-label={name}
      >
        {placed.map(({ amount, x, y, off }) => (
          <>
            <rect
              x={x}
              y={y}
              width={CELL - 1}
              height={CELL - 1}
              fill-opacity={(amount / 255).toFixed(2)}
            />
            {off && <path class="off" d={`M${x + 1},${y + 1}l7,7m0,-7l-7,7`} />}
          </>
        ))}
      </svg>
      {name}
    </div>
  );
}
