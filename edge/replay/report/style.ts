/** The report's looks, light and dark, on a screen, a phone and on paper. */
export const REPORT_STYLE = `
:root {
  color-scheme: light dark;
  --paper: #f6f5f1; --sheet: #fff; --line: #dedbd2; --text: #1b2328; --quiet: #5b666d;
  --threat: #b3361d; --threat-soft: #fbe7e0; --unsure: #7d5a00; --unsure-soft: #faefd2;
  --expected: #1d6a72; --expected-soft: #dfeff0; --calm: #0b6b5d; --calm-soft: #dff0eb;
  --measured: #c4431f; --twin: #0b6b7a; --band: #0b6b7a26; --hotend: #c4431f; --bed: #2f6db5;
  --target: #78838a; --grid: #e8e5dd; --span: #c4431f12; --mark: #8f3016;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0e1418; --sheet: #161e24; --line: #2a363e; --text: #e4e8ea; --quiet: #9aa8b0;
    --threat: #ff9077; --threat-soft: #3a201b; --unsure: #e8b955; --unsure-soft: #342b16;
    --expected: #74c5d0; --expected-soft: #15313a; --calm: #6fd0bd; --calm-soft: #16352f;
    --measured: #ff9a7f; --twin: #67c6d2; --band: #67c6d22b; --hotend: #ff9a7f; --bed: #85b8f5;
    --target: #8b98a0; --grid: #243039; --span: #ff9a7f14; --mark: #ffb9a5;
  }
}
* { box-sizing: border-box; margin: 0; }
html { scroll-behavior: smooth; -webkit-text-size-adjust: 100%; }
body {
  background: var(--paper); color: var(--text); padding: 0 max(16px, calc(50vw - 560px)) 40px;
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", "Noto Sans", "Liberation Sans", sans-serif;
  font-variant-numeric: tabular-nums;
}
h1 { font-size: 1.75rem; line-height: 1.25; letter-spacing: -0.01em; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 36px 0 14px; }
h3 { font-size: 1.15rem; line-height: 1.35; text-wrap: pretty; overflow-wrap: anywhere; }
.quiet, dt, small, footer, .legend { color: var(--quiet); }
small { font-size: 0.875rem; font-weight: 400; }
.top { padding: 32px 0 20px; }
.brand { color: var(--quiet); font-size: 0.875rem; margin-bottom: 4px; }
.sum { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 14px; }
.sum > span, .sum.none {
  border-radius: 99px; padding: 4px 14px; font-size: 0.95rem; width: fit-content;
}
.sum b { font-size: 1.05rem; margin-right: 4px; }
.sum .potential-cyberthreat { background: var(--threat-soft); color: var(--threat); }
.sum .undetermined { background: var(--unsure-soft); color: var(--unsure); }
.sum .expected-anomaly { background: var(--expected-soft); color: var(--expected); }
.sum .zero { border: 1px solid var(--line); color: var(--quiet); padding-block: 3px; }
.sum.none, .calm { background: var(--calm-soft); color: var(--calm); font-weight: 600; }
.calm { border-radius: 12px; padding: 16px 20px; margin-top: 20px; }
.doubt {
  background: var(--unsure-soft); color: var(--unsure); border-radius: 12px; padding: 12px 18px;
  margin-bottom: 16px;
}
.about, .timeline, .card {
  background: var(--sheet); border: 1px solid var(--line); border-radius: 14px; padding: 20px 24px;
  margin-bottom: 18px;
}
.about .quiet { margin-top: 14px; font-size: 0.93rem; max-width: 80ch; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(190px, 1fr)); gap: 12px 28px; }
dt { font-size: 0.82rem; }
dd { margin: 0; overflow-wrap: anywhere; }
.card { scroll-margin-top: 12px; border-left-width: 5px; }
.card.potential-cyberthreat { border-left-color: var(--threat); }
.card.undetermined { border-left-color: var(--unsure); }
.card.expected-anomaly { border-left-color: var(--expected); }
.card > header { display: flex; gap: 16px; margin-bottom: 18px; }
.number {
  flex: none; width: 34px; height: 34px; border-radius: 50%; border: 1px solid var(--line);
  display: grid; place-items: center; font-weight: 600;
}
.verdict { font-weight: 650; }
.verdict small { margin-left: 8px; }
.potential-cyberthreat .verdict > span { color: var(--threat); }
.undetermined .verdict > span { color: var(--unsure); }
.expected-anomaly .verdict > span { color: var(--expected); }
.reasons, .advice, .lines { margin-top: 20px; }
.advice p { max-width: 80ch; }
.advice b { margin-right: 6px; }
.advice .quiet { margin-top: 6px; font-size: 0.93rem; }
.advice .quiet b { color: var(--text); font-weight: 600; }
ul { list-style: none; padding: 0; margin-top: 4px; }
li { display: flex; align-items: baseline; gap: 12px; padding: 3px 0; }
.bar { flex: none; width: 64px; height: 6px; border-radius: 3px; background: var(--grid); }
.bar i { display: block; height: 100%; border-radius: 3px; background: var(--quiet); }
.against .bar i { background: var(--unsure); }
pre {
  background: var(--paper); border: 1px solid var(--line); border-radius: 8px; padding: 10px 14px;
  margin-top: 6px; overflow-x: auto; font: 0.88rem/1.5 ui-monospace, "DejaVu Sans Mono", monospace;
}
figure.plot, .maps { margin-top: 24px; }
figcaption { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 2px 20px; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 16px; font-size: 0.875rem; }
.legend span { display: flex; align-items: center; gap: 7px; }
.legend svg { width: 24px; height: 8px; }
svg[role="img"] { display: block; width: 100%; height: auto; margin-top: 6px; overflow: visible; }
.grid path { stroke: var(--grid); }
.grid text { fill: var(--quiet); font-size: 12px; }
.curve { fill: none; stroke-width: 2.2; stroke-linejoin: round; stroke-linecap: round; }
.curve.measured { stroke: var(--measured); }
.curve.twin { stroke: var(--twin); stroke-dasharray: 7 5; }
.curve.target { stroke: var(--target); stroke-width: 1.5; stroke-dasharray: 1 5; }
.curve.hotend { stroke: var(--hotend); stroke-width: 1.6; }
.curve.bed { stroke: var(--bed); stroke-width: 1.6; }
.spread { stroke: none; fill-opacity: 0.22; }
.spread.hotend { fill: var(--hotend); }
.spread.bed { fill: var(--bed); }
.band { fill: var(--band); }
.span { fill: var(--span); }
.mark path { stroke: var(--mark); stroke-width: 1.2; stroke-dasharray: 3 3; }
.mark text { fill: var(--mark); font-size: 12px; }
.cursor { stroke: var(--text); stroke-width: 1; }
output { display: block; min-height: 1.5em; font-size: 0.875rem; color: var(--quiet); }
.found rect { fill-opacity: 0.16; stroke: none; }
.found text { font-size: 15px; }
.found:hover rect, .found:focus rect { fill-opacity: 0.34; }
.found.potential-cyberthreat { fill: var(--threat); }
.found.undetermined { fill: var(--unsure); }
.found.expected-anomaly { fill: var(--expected); }
.maps { display: grid; grid-template-columns: repeat(auto-fit, minmax(180px, 280px)); gap: 6px 24px; }
.maps figcaption { grid-column: 1 / -1; }
.maps rect { fill: var(--twin); stroke: var(--line); stroke-width: 0.5; }
.maps path.off { stroke: var(--text); stroke-width: 1.4; fill: none; }
footer { margin-top: 28px; font-size: 0.875rem; }
@media (max-width: 640px) {
  .about, .timeline, .card { padding: 16px; border-radius: 12px; }
  h1 { font-size: 1.4rem; }
  .verdict small { display: block; margin-left: 0; }
  dl { grid-template-columns: repeat(2, 1fr); }
  figure { overflow-x: auto; }
  svg[role="img"] { min-width: 580px; }
  .maps svg[role="img"] { min-width: 0; }
  figcaption { position: sticky; left: 0; }
}
@media print {
  body { padding: 0; background: none; }
  .card, .timeline { break-inside: avoid; }
}
`;
