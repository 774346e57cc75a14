// Puts uPlot in the place of each drawn trend: the same lines, with a cursor and zoom by dragging.
import uPlot from "uplot";

const colour = (name) =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const LINES = [
  { colour: "twin", dash: [] },
  { colour: "measured", dash: [7, 4] },
  { colour: "accent", dash: [2, 4] },
  { colour: "unsure", dash: [10, 3, 2, 3] },
  { colour: "muted", dash: [4, 2] },
  { colour: "text", dash: [1, 3] },
];
const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const drawn = new Map();

function joined({ series }) {
  const tables = series.map(({ points }) => {
    const sorted = points.toSorted((a, b) => a.at - b.at);
    return [sorted.map(({ at }) => at / 1000), sorted.map(({ y }) => y)];
  });
  return uPlot.join(tables, tables.map(() => [1]));
}

/** Noise must not look like news. */
function widened(min, max, spanMin) {
  const span = Math.max((max - min) * 1.16, spanMin);
  const middle = (min + max) / 2;
  return [middle - span / 2, middle + span / 2];
}

function draw(figure) {
  const trend = JSON.parse(figure.dataset.trend);
  if (trend.series.length === 0) return;
  const canvas = figure.querySelector(".canvas");
  const foot = figure.querySelector(".foot");
  drawn.get(figure)?.destroy();
  foot.replaceChildren();
  const axis = {
    stroke: colour("muted"),
    font: "12px system-ui, sans-serif",
    grid: { stroke: colour("grid"), width: 1 },
    ticks: { show: false },
  };
  const isPoints = trend.kind === "points";
  const series = trend.series.map(({ label }, index) => {
    const stroke = colour(LINES[index].colour);
    return {
      label,
      stroke,
      width: 2,
      dash: LINES[index].dash,
      spanGaps: true,
      paths: isPoints ? () => null : undefined,
      // The first is filled, the others are hollow, so that colour isn't needed.
      points: {
        show: true,
        size: isPoints ? 7 : 6,
        fill: isPoints && index === 0 ? stroke : undefined,
      },
      value: (_u, value) =>
        value === null || value === undefined ? "–" : `${+value.toFixed(2)} ${trend.unit}`,
    };
  });
  const held = document.createElement("div");
  held.className = "live-plot";
  const options = {
    width: Math.max(260, canvas.clientWidth),
    height: 240,
    padding: [6, 8, 0, 0],
    cursor: { drag: { x: true, y: false, uni: 20 } },
    legend: { show: true, live: true, mount: (_u, legend) => foot.append(legend) },
    scales: { y: { range: (_u, min, max) => widened(min, max, trend.spanMin) } },
    axes: [
      {
        ...axis,
        size: 30,
        space: 80,
        values: (_u, marks) => marks.map((s) => day.format(s * 1000)),
      },
      { ...axis, size: 52 },
    ],
    series: [{ label: "on", value: (_u, s) => s === null ? "–" : day.format(s * 1000) }, ...series],
  };
  drawn.set(figure, new uPlot(options, joined(trend), held));
  canvas.replaceChildren(held);
}

function drawAll() {
  for (const figure of document.querySelectorAll("figure[data-trend]")) draw(figure);
}

let settled = 0;
new ResizeObserver(() => {
  clearTimeout(settled);
  settled = setTimeout(() => {
    for (const [figure, plot] of drawn) {
      const width = Math.max(260, figure.querySelector(".canvas").clientWidth);
      if (plot.width !== width) plot.setSize({ width, height: plot.height });
    }
  }, 80);
}).observe(document.body);

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
drawAll();
