import type { Deviation } from "../../shared/deviation.ts";
import { LayerMapFigure } from "./plot/layer_map.tsx";
import { AxisNote, Legend, PlotFigure } from "./plot/plot_figure.tsx";
import { type Plot, plotsOf } from "./plot/plot_shape.ts";
import { count, visible } from "./words.ts";

/** So many pictures stand beside the reasons; what is more stands folded below them. */
const SHOWN_MAX = 2;

/**
 * The picture: the signals that say most, the layer where there is one, and the lines themselves
 * where they are all there is. What doesn't fit beside the reasons is folded up below.
 */
export function Picture({ deviation }: { deviation: Deviation }) {
  const { layerMap, lines } = deviation.evidence;
  const plots = plotsIn(deviation);
  const beside = layerMap ? SHOWN_MAX - 1 : SHOWN_MAX;
  const [shown, folded] = [plots.slice(0, beside), plots.slice(beside)];
  const pictures = shown.length + (layerMap ? 1 : 0);
  const bare = pictures === 0;
  // A map leaves room for what it was drawn from.
  const linesShown = shown.length === 0;
  return (
    <section class={pictures > 1 ? "evidence pair" : "evidence"} aria-label="Picture">
      {pictures > 1 && shown.length > 0 && <Legend plots={shown} />}
      {shown.map((plot) => <PlotFigure key={plot.signal} plot={plot} low={pictures > 1} />)}
      {layerMap && <LayerMapFigure map={layerMap} />}
      {pictures > 1 && shown.length > 0 && <AxisNote />}
      {linesShown && lines.length > 0 && <Lines lines={lines} />}
      {bare && lines.length === 0 && (
        <p class="note">This deviation came without evidence; the site may have turned it off.</p>
      )}
      {!linesShown && (folded.length > 0 || lines.length > 0) && (
        <More plots={folded} lines={lines} />
      )}
    </section>
  );
}

/** All evidence of a deviation, one below the other. */
export function EvidenceView({ deviation }: { deviation: Deviation }) {
  const { layerMap, lines } = deviation.evidence;
  return (
    <div class="evidence">
      {plotsIn(deviation).map((plot) => <PlotFigure key={plot.signal} plot={plot} />)}
      {layerMap && <LayerMapFigure map={layerMap} />}
      {lines.length > 0 && <Lines lines={lines} />}
    </div>
  );
}

function plotsIn({ evidence, times }: Deviation): Plot[] {
  return plotsOf(evidence.series, times.startedEventS, times.detectedEventS);
}

function More({ plots, lines }: { plots: Plot[]; lines: string[] }) {
  const parts = [
    ...(plots.length > 0 ? [count(plots.length, "more signal")] : []),
    ...(lines.length > 0 ? [`${count(lines.length, "line")} on the wire`] : []),
  ];
  return (
    <details class="more-evidence">
      <summary>{parts.join(", ")}</summary>
      {lines.length > 0 && <Lines lines={lines} />}
      {plots.map((plot) => <PlotFigure key={plot.signal} plot={plot} />)}
    </details>
  );
}

function Lines({ lines }: { lines: string[] }) {
  return (
    <figure class="lines">
      <figcaption>
        <b>Lines on the wire</b>
      </figcaption>
      <pre tabindex={0}><code>{visible(lines.join("\n"))}</code></pre>
    </figure>
  );
}
