import { upTo } from "./case_filters.tsx";
import { Icon, type IconName } from "./glyphs.tsx";
import type { PageFrame } from "./page_frame.ts";

/** Every place that the navigation leads to; `null` is a page outside of them. */
export type Section =
  | "cases"
  | "printers"
  | "alerts"
  | "insights"
  | "refused"
  | "account"
  | null;

interface Entry {
  section: Exclude<Section, null>;
  href: string;
  icon: IconName;
  name: string;
  /** A phone's bottom bar has no room for what is rarely there: it stands at the top instead. */
  rare?: true;
  /** Shown only where it says so; always, if it says nothing. */
  shown?: (frame: PageFrame) => boolean;
}

/** In the order in which they stand. At most five aren't rare: a phone's bottom bar has no more room. */
const ENTRIES: Entry[] = [
  { section: "cases", href: "/", icon: "cases", name: "Cases" },
  { section: "printers", href: "/printers", icon: "printers", name: "Printers" },
  { section: "alerts", href: "/alerts", icon: "alerts", name: "Alerts" },
  { section: "insights", href: "/insights", icon: "insights", name: "Insights" },
  {
    section: "refused",
    href: "/refused",
    icon: "refused",
    name: "Refused",
    rare: true,
    shown: ({ refusedCount }) => refusedCount > 0,
  },
  { section: "account", href: "/account", icon: "account", name: "Account" },
];

/** Above the page on a desk, below it on a phone, within reach of a thumb. */
export function Navigation({ frame, section }: { frame: PageFrame; section: Section }) {
  return (
    <nav class="sections" aria-label="Main">
      {ENTRIES.filter((entry) => entry.shown?.(frame) ?? true).map((entry) => (
        <a
          href={entry.href}
          class={entry.rare && "rare"}
          aria-current={entry.section === section ? "page" : undefined}
        >
          <Icon name={entry.icon} />
          <span class="name">{entry.name}</span>
          {entry.section === "cases" && <Unreviewed number={frame.unreviewedCount} />}
        </a>
      ))}
    </nav>
  );
}

/** What a phone's bottom bar leaves out. */
export function RareLinks({ frame }: { frame: PageFrame }) {
  return (
    <>
      {ENTRIES.filter((entry) => entry.rare && (entry.shown?.(frame) ?? true)).map((entry) => (
        <a href={entry.href} class="rare">
          <Icon name={entry.icon} />
          {entry.name}
        </a>
      ))}
    </>
  );
}

function Unreviewed({ number }: { number: number }) {
  return (
    <span id="unreviewed-count" data-live class={number > 0 ? "badge" : "badge none"}>
      {upTo(number)} <span class="unseen">unreviewed</span>
    </span>
  );
}
