import type { Verdict } from "../../shared/verdict.ts";

/** A verdict's own shape, so that it needs no colour: triangle, diamond, circle. */
export function VerdictGlyph({ verdict }: { verdict: Verdict }) {
  const shape = {
    "potential-cyberthreat": (
      <>
        <path class="fill" d="M12 2.6 22.4 21H1.6Z" />
        <path class="ink" d="M12 9v5.4M12 17.2v.6" />
      </>
    ),
    "undetermined": (
      <>
        <path class="fill" d="M12 1.6 22.4 12 12 22.4 1.6 12Z" />
        <path class="ink" d="M9.4 9.6a2.7 2.7 0 1 1 3.9 2.4c-.9.5-1.3.9-1.3 1.8M12 16.6v.5" />
      </>
    ),
    "expected-anomaly": (
      <>
        <circle class="fill" cx="12" cy="12" r="10" />
        <path class="ink" d="m7.6 12.4 3 3 5.8-6.2" />
      </>
    ),
  }[verdict];
  return (
    <svg class={`glyph verdict-${verdict}`} viewBox="0 0 24 24" aria-hidden="true">{shape}</svg>
  );
}

/** The product's mark: a nozzle under an arch that guards it. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <path class="arch" d="M5 17V13a11 11 0 0 1 22 0v4" />
      <path class="nozzle" d="M11 10h10v6l-3.4 5h-3.2L11 16Z" />
      <path class="bead" d="M8 27h16" />
    </svg>
  );
}

const ICONS = {
  cases: "M4 5h16M4 12h16M4 19h10",
  printers: "M5 20V4h14v16M3 20h18M9 4v5h6V4M12 9v3",
  refused: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM5.8 5.8l12.4 12.4",
  account: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20.5a7.5 7.5 0 0 1 15 0",
  alerts: "M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 2h-15ZM10 21h4",
  insights: "M4 20h16M7 20v-6M12 20V5M17 20v-9",
  people:
    "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 20a6.5 6.5 0 0 1 13 0M16 4.4a3.5 3.5 0 0 1 0 6.4M18 14a6.5 6.5 0 0 1 3.5 6",
  search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM15.5 15.5 20 20",
  view: "M5 4h14v16l-7-4.5L5 20Z",
  arrow: "M5 12h14M13 6l6 6-6 6",
  sent: "M4 12 20 4l-5 16-4-6.5Z",
  done: "m5 12.5 4.5 4.5L19 7.5",
  no: "M6 6l12 12M18 6 6 18",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 7.5V12l3 2",
  link:
    "M9.5 14.5 14.5 9.5M11 6.5l1.6-1.6a4.2 4.2 0 0 1 6 6L17 12.5M13 17.5l-1.6 1.6a4.2 4.2 0 0 1-6-6L7 11.5",
} as const;

export type IconName = keyof typeof ICONS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={ICONS[name]} />
    </svg>
  );
}
