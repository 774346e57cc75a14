import { KINDS } from "../../../shared/kinds.ts";
import type { KnownIssue } from "../../../shared/known_issue.ts";
import type { Series } from "../../../shared/series.ts";
import { TECHNIQUES } from "../../../shared/techniques.ts";
import type { Finding } from "../../finding.ts";
import type { DeviationLine } from "../deviation_line.ts";
import { EvidencePlot } from "./evidence_plot.tsx";
import type { ReportedDeviation } from "./gathering.ts";
import { LayerMaps } from "./layer_maps.tsx";
import { duration, grouped, SEVERITIES, VERDICTS } from "./words.ts";

interface DeviationCardProps extends ReportedDeviation {
  number: number;
  /** The known issue that explains it, where one does. */
  issue: KnownIssue | null;
}

/** Everything that is known of one deviation. */
export function DeviationCard({ number, finding, line, drawn, issue }: DeviationCardProps) {
  const verdict = VERDICTS[finding.verdict];
  return (
    <article id={`d${number}`} class={`card ${finding.verdict}`}>
      <header>
        <span class="number">{number}</span>
        <div>
          <p class="verdict">
            <span aria-hidden="true">{verdict.sign}</span> {verdict.name}
            <small>{`${percent(finding.probability)} probable: ${verdict.meaning}`}</small>
          </p>
          <h3>{line.summary}</h3>
        </div>
      </header>
      <Facts finding={finding} line={line} sinceS={drawn.detectedS} />
      <Reasons finding={finding} />
      <Plots finding={finding} />
      {finding.evidence.layerMap && <LayerMaps map={finding.evidence.layerMap} />}
      {finding.evidence.lines.length > 0 && (
        <div class="lines">
          <b>Lines that came</b>
          <pre>{finding.evidence.lines.join("\n")}</pre>
        </div>
      )}
      {issue && (
        <div class="advice">
          <p>
            <b>What to do</b> {issue.advice}
          </p>
          <p class="quiet">
            <b>Why it looks like this</b> {issue.physics}
          </p>
        </div>
      )}
    </article>
  );
}

function percent(share: number): string {
  const hundredths = share * 100;
  return `${
    hundredths > 99 && hundredths < 100 ? hundredths.toFixed(1) : Math.round(hundredths)
  } %`;
}

interface FactsProps {
  finding: Finding;
  line: DeviationLine;
  /** From the log's begin to the detection, gaps left out. */
  sinceS: number;
}

function Facts({ finding, line, sinceS }: FactsProps) {
  const beganS = finding.detectedS - finding.startedS;
  const lastedS = finding.endedS === null ? null : finding.endedS - finding.startedS;
  const at = [`${grouped(line.at)} s`, `line ${grouped(line.line)}`, line.clock ?? ""];
  const facts: [string, string][] = [
    ["Detected", `${duration(sinceS)} into the log (${at.filter((one) => one !== "").join(", ")})`],
    ["Began", beganS < 0.1 ? "at that moment" : `${duration(beganS)} before`],
    ["Lasted", lastedS === null ? "until the log ends" : duration(lastedS)],
    ["Kind", `${finding.kind}: ${KINDS[finding.kind]}`],
    ["Cause", finding.cause.title],
    ["Harm", SEVERITIES[finding.severity]],
    ["Score", String(line.score)],
  ];
  if (finding.layer !== null) facts.push(["Layer", String(finding.layer)]);
  if (finding.techniques.length > 0) {
    const named = finding.techniques.map((id) => `${id} ${TECHNIQUES[id]}`);
    facts.push(["ATT&CK for ICS", named.join(", ")]);
  }
  return (
    <dl>
      {facts.map(([name, value]) => (
        <div>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Reasons({ finding }: { finding: Finding }) {
  const weights = finding.reasons.map(({ weight }) => Math.abs(weight));
  const heaviest = Math.max(...weights, 1e-9);
  // Reasons of one weight need no bars to tell so.
  const uneven = heaviest > Math.min(...weights) * 1.05;
  return (
    <div class="reasons">
      <b>Why</b>
      <ul>
        {finding.reasons.map(({ text, weight }) => (
          <li class={weight < 0 ? "against" : ""}>
            {uneven && (
              <span class="bar" aria-hidden="true">
                <i style={`width:${Math.round(Math.abs(weight) / heaviest * 100)}%`} />
              </span>
            )}
            {text}
            {weight < 0 && <small>speaks against it</small>}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Plots({ finding }: { finding: Finding }) {
  const signals = new Map<string, Series[]>();
  for (const series of finding.evidence.series) {
    signals.set(series.signal, [...signals.get(series.signal) ?? [], series]);
  }
  const { startedS, detectedS, endedS } = finding;
  return (
    <>
      {[...signals.values()].map((series) => (
        <EvidencePlot series={series} startedS={startedS} detectedS={detectedS} endedS={endedS} />
      ))}
    </>
  );
}
