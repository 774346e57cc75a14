// Puts uPlot in the place of each drawn plot: the same curves, with a cursor and zoom by dragging.
import uPlot from "uplot";

const style = () => getComputedStyle(document.documentElement);
const colour = (name) => style().getPropertyValue(`--${name}`).trim();
const WORDS = { measured: "measured", twin: "twin expects", target: "set point" };
const heightPx = (canvas) => parseFloat(getComputedStyle(canvas).minHeight) || 240;
const ZOOM_S = 12;
const plots = new Map();

const STROKES = {
  measured: () => ({ stroke: colour("measured"), width: 2.4 }),
  twin: () => ({ stroke: colour("twin"), width: 2, dash: [7, 4] }),
  target: () => ({ stroke: colour("target"), width: 1.6, dash: [2, 4] }),
  low: () => ({ stroke: "transparent", width: 0 }),
  high: () => ({ stroke: "transparent", width: 0 }),
};

/** uPlot wants one common x for all curves. */
function joined(curves) {
  return uPlot.join(
    curves.map((curve) => [curve.points.map((p) => p.x), curve.points.map((p) => p.y)]),
    curves.map(() => [1, 2]),
  );
}

function seriesOf(plot) {
  return plot.curves.map((curve) => ({
    label: WORDS[curve.role] ?? curve.role,
    ...STROKES[curve.role](),
    points: { show: false },
    value: (_u, value) =>
      value === null || value === undefined ? "–" : `${+value.toFixed(2)} ${plot.unit}`,
  }));
}

/** The event as a shaded span up to the detection, which is a line of its own. */
function markEvent(plot) {
  return (u) => {
    const { ctx, bbox } = u;
    const from = Math.max(bbox.left, u.valToPos(plot.startedX, "x", true));
    const to = Math.min(bbox.left + bbox.width, u.valToPos(0, "x", true));
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    ctx.fillStyle = colour("span");
    if (to > from) ctx.fillRect(from, bbox.top, to - from, bbox.height);
    ctx.strokeStyle = colour("mark");
    ctx.lineWidth = 1.5 * devicePixelRatio;
    ctx.beginPath();
    ctx.moveTo(to, bbox.top);
    ctx.lineTo(to, bbox.top + bbox.height);
    ctx.stroke();
    ctx.restore();
  };
}

/** Points that leave the band have a shape of their own, for those who see no colour. */
function markOutside(plot) {
  const curve = (role) => plot.curves.find((one) => one.role === role)?.points ?? [];
  const byX = (role) => new Map(curve(role).map(({ x, y }) => [Math.round(x * 10), y]));
  const [low, high] = [byX("low"), byX("high")];
  const leaves = ({ x, y }) => {
    const [least, most] = [low.get(Math.round(x * 10)), high.get(Math.round(x * 10))];
    return y !== null && ((least != null && y < least) || (most != null && y > most));
  };
  const points = curve("measured").filter(leaves);
  return (u) => {
    const { ctx, bbox } = u;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    ctx.fillStyle = colour("measured");
    for (const { x, y } of points) {
      ctx.beginPath();
      const [px, py] = [u.valToPos(x, "x", true), u.valToPos(y, "y", true)];
      ctx.arc(px, py, 2.6 * devicePixelRatio, 0, 7);
      ctx.fill();
    }
    ctx.restore();
  };
}

/** A button that shows the event alone, or all: a thumb can't drag and double-click. */
function addZoom(figure, plot, drawn) {
  if (figure.querySelector(".zoom")) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "zoom";
  button.textContent = "Zoom";
  button.title = "Show the event alone; dragging over the picture zooms too";
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => {
    const near = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(near));
    const u = plots.get(figure) ?? drawn;
    const xs = u.data[0];
    const all = { min: xs[0], max: xs[xs.length - 1] };
    const event = {
      min: Math.max(all.min, plot.startedX - ZOOM_S),
      max: Math.min(all.max, ZOOM_S),
    };
    u.setScale("x", near ? event : all);
  });
  figure.querySelector("figcaption").append(button);
}

function bandsOf(plot) {
  const low = plot.curves.findIndex((curve) => curve.role === "low");
  const high = plot.curves.findIndex((curve) => curve.role === "high");
  return low < 0 || high < 0 ? [] : [{ series: [high + 1, low + 1], fill: colour("band") }];
}

/** The bounds are a band, not curves of their own. */
function hideBounds(plot, foot) {
  return () => {
    plot.curves.forEach(({ role }, index) => {
      const row = foot.querySelectorAll(".u-series")[index + 1];
      if (row && (role === "low" || role === "high")) row.hidden = true;
    });
  };
}

function draw(figure) {
  const plot = JSON.parse(figure.dataset.plot);
  const canvas = figure.querySelector(".canvas");
  const foot = figure.querySelector(".foot");
  plots.get(figure)?.destroy();
  foot.querySelector(".u-legend")?.remove();
  const axis = {
    stroke: colour("muted"),
    font: "12px system-ui, sans-serif",
    grid: { stroke: colour("grid"), width: 1 },
    ticks: { show: false },
  };
  const options = {
    width: Math.max(260, canvas.clientWidth),
    height: heightPx(canvas),
    padding: [6, 30, 0, 0],
    scales: { x: { time: false } },
    cursor: { drag: { x: true, y: false, uni: 20 } },
    legend: { show: true, live: true, mount: (_u, legend) => foot.append(legend) },
    axes: [
      {
        ...axis,
        size: 26,
        values: (_u, marks) =>
          marks.map((x) => x === 0 ? "detected" : `${+x.toFixed(2)}`.replace("-", "−")),
      },
      { ...axis, size: 52 },
    ],
    series: [
      { label: "from detection", value: (_u, x) => x === null ? "–" : `${+x.toFixed(1)} s` },
      ...seriesOf(plot),
    ],
    bands: bandsOf(plot),
    hooks: {
      drawClear: [markEvent(plot)],
      draw: [markOutside(plot)],
      init: [hideBounds(plot, foot)],
    },
  };
  const held = document.createElement("div");
  held.className = "live-plot";
  const drawn = new uPlot(options, joined(plot.curves), held);
  canvas.replaceChildren(held);
  figure.dataset.drawn = "yes";
  plots.set(figure, drawn);
  addZoom(figure, plot, drawn);
}

function drawAll() {
  for (const figure of document.querySelectorAll("figure[data-plot]")) {
    // A folded-up one has no width; it is drawn when somebody opens it.
    if (figure.querySelector(".canvas").clientWidth > 0) draw(figure);
  }
}

let settled = 0;
new ResizeObserver(() => {
  clearTimeout(settled);
  settled = setTimeout(() => {
    for (const [figure, drawn] of plots) {
      const canvas = figure.querySelector(".canvas");
      const width = Math.max(260, canvas.clientWidth);
      const height = heightPx(canvas);
      if (drawn.width !== width || drawn.height !== height) drawn.setSize({ width, height });
    }
  }, 80);
}).observe(document.body);

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
document.addEventListener("evidence", drawAll);
document.addEventListener("toggle", (event) => {
  if (event.target.open) drawAll();
}, true);
drawAll();
