import type { Deviation } from "../../shared/deviation.ts";
import { ATTACK_ICS_VERSION, type TechniqueId, TECHNIQUES } from "../../shared/techniques.ts";
import { LayerMapFigure } from "./plot/layer_map.tsx";
import { PlotFigure } from "./plot/plot_figure.tsx";
import { plotsOf } from "./plot/plot_shape.ts";
import { titleOf, verdictSentence, visible } from "./words.ts";

/** How sure the classifier is and why, in words and as bars. */
export function Judgement({ deviation }: { deviation: Deviation }) {
  const { verdict, probability, reasons } = deviation;
  const heaviest = Math.max(...reasons.map((reason) => Math.abs(reason.weight)), 1e-9);
  const sorted = reasons.toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
  return (
    <section class="judgement" aria-labelledby="judgement">
      <h2 id="judgement">{verdictSentence(verdict, probability)}</h2>
      <meter class={`verdict-${verdict}`} min={0} max={1} value={probability}>
        {probability}
      </meter>
      <p class="cause">{visible(deviation.cause.title)}</p>
      <ul class="reasons">
        {sorted.map((reason) => (
          <li class={reason.weight < 0 ? "against" : "for"}>
            <span class="side">{reason.weight < 0 ? "against" : "for"}</span>
            <span class="text">
              {visible(reason.text)} <small>{titleOf(reason.signal)}</small>
            </span>
            <svg class="weight" viewBox="0 0 60 8" aria-hidden="true">
              <rect class="rail" width="60" height="8" rx="4" />
              <rect
                class="bar"
                width={Math.round((Math.abs(reason.weight) / heaviest) * 60)}
                height="8"
                rx="4"
              />
            </svg>
          </li>
        ))}
      </ul>
      <Techniques ids={deviation.techniques} />
    </section>
  );
}

function Techniques({ ids }: { ids: TechniqueId[] }) {
  if (ids.length === 0) return null;
  return (
    <div class="techniques">
      <h3>ATT&CK for ICS {ATTACK_ICS_VERSION}</h3>
      <ul>
        {ids.map((id) => (
          <li>
            <a href={`https://attack.mitre.org/techniques/${id}/`} rel="noreferrer noopener">
              <b>{id}</b> {TECHNIQUES[id]}
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The picture: every signal involved, the layer where there is one, and the lines themselves. */
export function EvidenceView({ deviation }: { deviation: Deviation }) {
  const { series, layerMap, lines } = deviation.evidence;
  const { startedEventS, detectedEventS } = deviation.times;
  const plots = plotsOf(series, startedEventS, detectedEventS);
  return (
    <section class="evidence" aria-label="Evidence">
      {plots.map((plot) => <PlotFigure key={plot.signal} plot={plot} />)}
      {layerMap && <LayerMapFigure map={layerMap} />}
      {lines.length > 0 && (
        <figure class="lines">
          <figcaption>
            <b>Lines on the wire</b>
          </figcaption>
          <pre><code>{visible(lines.join("\n"))}</code></pre>
        </figure>
      )}
      {plots.length === 0 && !layerMap && lines.length === 0 && (
        <p class="note">This deviation came without evidence; the site may have turned it off.</p>
      )}
    </section>
  );
}
