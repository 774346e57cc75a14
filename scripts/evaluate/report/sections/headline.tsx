import type { Figures } from "../about.ts";
import { Table } from "../table.tsx";
import { aimText, metText, percent, valueText } from "../words.ts";

/** The few figures that stand for the rest, each with interval and number. */
export function Headline({ summary }: Figures) {
  const { shares, cleanBySuite } = summary;
  const bounds = ({ low, high, n }: typeof shares.detected) =>
    `${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)} %, n ${n}`;
  return (
    <div class="figures">
      <Figure value={percent(shares.detected.share)} text="of visible threats detected">
        {bounds(shares.detected)}
      </Figure>
      <Figure
        value={percent(shares.calledThreat.share)}
        text="of those unlike an accident called a threat"
      >
        {bounds(shares.calledThreat)}
      </Figure>
      <Figure
        value={percent(shares.benignCalledThreat.share)}
        text="of expected anomalies called a threat"
      >
        {bounds(shares.benignCalledThreat)}
      </Figure>
      <Figure value={percent(shares.undetermined.share)} text="undetermined">
        {bounds(shares.undetermined)}
      </Figure>
      {Object.entries(cleanBySuite).filter(([, { hours }]) => hours > 0).map(([suite, clean]) => (
        <Figure
          value={`≤ ${clean.threatRate.high.toFixed(2)}`}
          text={`false threats per 1,000 h on ${suite}, upper 95 % bound`}
        >
          {clean.threats} in {clean.hours.toFixed(0)} h; {clean.deviations}{" "}
          deviations of any verdict
        </Figure>
      ))}
    </div>
  );
}

function Figure({ value, text, children }: { value: string; text: string; children?: unknown }) {
  return (
    <div class="figure">
      <b>{value}</b>
      {text}
      <small>{children}</small>
    </div>
  );
}

/** Every aim, met or missed. */
export function Aims({ summary: { aims } }: Figures) {
  return (
    <>
      <h2 id="aims">Aims</h2>
      <Table
        head={["figure", "aim", "measured (95 % interval, number)", ""]}
        rows={aims.map((aim) => [
          aim.text,
          aimText(aim),
          valueText(aim),
          <span key="met" class={`tag ${metText(aim)}`}>{metText(aim)}</span>,
        ])}
      />
    </>
  );
}
