/** The report's looks, light and dark, on a screen and on paper. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #f7f6f2; --sheet: #fff; --line: #dcd8cd; --grid: #ebe8df; --text: #1b2328;
  --quiet: #5b666d; --threat: #b3361d; --expected: #1d6a72; --unsure: #9a6f00; --nothing: #a9b0b4;
  --good: #0b6b5d; --good-soft: #dff0eb; --bad: #b3361d; --bad-soft: #fbe7e0; --aim: #2f6db5;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0e1418; --sheet: #151d23; --line: #2c3941; --grid: #222d35; --text: #e4e8ea;
    --quiet: #9aa8b0; --threat: #ff9077; --expected: #74c5d0; --unsure: #e8b955;
    --nothing: #56636b; --good: #6fd0bd; --good-soft: #16352f; --bad: #ff9077;
    --bad-soft: #3a201b; --aim: #85b8f5;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "Noto Sans", "Liberation Sans", sans-serif;
  font-variant-numeric: tabular-nums; padding: 0 max(20px, calc(50vw - 540px)) 60px;
}
header { padding: 44px 0 8px; }
h1 { font-size: 1.9rem; line-height: 1.2; letter-spacing: -0.015em; margin: 0 0 8px; }
h2 { font-size: 1.25rem; margin: 52px 0 6px; letter-spacing: -0.01em; }
h3 { font-size: 1rem; margin: 26px 0 4px; }
p { max-width: 76ch; margin: 6px 0 14px; }
.quiet, figcaption { color: var(--quiet); }
code { font: 0.9em/1.4 ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
nav { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 18px 0 0; font-size: 0.93rem; }
a { color: inherit; text-underline-offset: 3px; text-decoration-color: var(--line); }
a:hover { text-decoration-color: currentColor; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(165px, 1fr)); gap: 12px;
  margin: 26px 0 8px; }
.figure { background: var(--sheet); border: 1px solid var(--line); border-radius: 10px;
  padding: 14px 16px 12px; }
.figure b { display: block; font-size: 1.7rem; line-height: 1.15; letter-spacing: -0.02em; }
.figure small { display: block; color: var(--quiet); font-size: 0.82rem; line-height: 1.4; }
.sheet { background: var(--sheet); border: 1px solid var(--line); border-radius: 10px;
  padding: 4px 0; overflow-x: auto; margin: 10px 0 18px; }
figure { margin: 10px 0 18px; background: var(--sheet); border: 1px solid var(--line);
  border-radius: 10px; padding: 14px 16px 10px; overflow-x: auto; }
figcaption { font-size: 0.87rem; padding-top: 6px; max-width: 84ch; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; }
th, td { padding: 5px 12px; text-align: right; white-space: nowrap; }
th { font-weight: 600; color: var(--quiet); font-size: 0.82rem; border-bottom: 1px solid var(--line); }
th:first-child, td:first-child { text-align: left; }
td.text { text-align: left; white-space: normal; min-width: 22ch; }
tbody tr + tr td { border-top: 1px solid var(--grid); }
td small { color: var(--quiet); }
.met { color: var(--good); font-weight: 600; } .missed { color: var(--bad); font-weight: 600; }
.tag { border-radius: 99px; padding: 1px 9px; font-size: 0.8rem; font-weight: 600; }
.tag.met { background: var(--good-soft); } .tag.missed { background: var(--bad-soft); }
.low { color: var(--bad); }
.key { display: inline-flex; align-items: center; gap: 6px; margin-right: 16px; }
.key i { width: 11px; height: 11px; border-radius: 3px; display: inline-block; }
.warning { background: var(--bad-soft); color: var(--bad); border-radius: 10px; padding: 12px 16px;
  margin: 16px 0; }
svg { display: block; max-width: none; } svg text { fill: var(--text); font-size: 12px; }
svg text.quiet { fill: var(--quiet); } svg .grid { stroke: var(--grid); }
svg .axis { stroke: var(--line); } svg .aim { stroke: var(--aim); stroke-dasharray: 4 3; }
details summary { cursor: pointer; margin: 8px 0; }
@media print { body { padding: 0; background: #fff; } details { display: block; } }
`;
