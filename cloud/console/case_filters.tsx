import { Severity, Verdict } from "../../shared/verdict.ts";
import { KINDS } from "../../shared/kinds.ts";
import { CASE_STATES, type CaseState } from "../cases/case.ts";
import { UNREVIEWED_MAX } from "../read_model/personal_queries.ts";
import { Icon } from "./glyphs.tsx";
import { type ListQuery, listUrl, SINCE_HOURS } from "./list_query.ts";
import { kindWords, SEVERITY_WORDS, STATE_WORDS, VERDICT_WORDS, visible } from "./words.ts";

export interface FiltersProps {
  query: ListQuery;
  counts: Record<CaseState, number>;
  /** How many this person hasn't seen; at most `UNREVIEWED_MAX`. */
  unreviewed: number;
  sites: readonly string[];
  labels: ReadonlyMap<string, string>;
}

/** `999+` where nobody counts any more. */
export function upTo(number: number): string {
  return number >= UNREVIEWED_MAX ? `${UNREVIEWED_MAX - 1}+` : String(number);
}

/** The states as tabs, each a link with its number. */
export function StateTabs({ query, counts, unreviewed }: FiltersProps) {
  const open = counts.new + counts.acknowledged + counts.decided;
  const states = [
    ["open", "Open", open] as const,
    ...CASE_STATES.map((state) => [state, STATE_WORDS[state], counts[state]] as const),
    ["all", "All", open + counts.closed] as const,
  ];
  return (
    <div class="pills" role="group" aria-label="Which cases">
      <a
        href={listUrl(query, { unreviewed: query.unreviewed ? null : "yes" })}
        class="mine"
        aria-current={query.unreviewed ? "true" : undefined}
        title="Cases that you haven't looked at as they are now"
      >
        Unreviewed <span class="number">{upTo(unreviewed)}</span>
      </a>
      {states.map(([state, name, number]) => (
        <a
          href={listUrl(query, { state })}
          aria-current={query.state === state ? "true" : undefined}
        >
          {name} <span class="number">{number}</span>
        </a>
      ))}
    </div>
  );
}

/** Gravest first. */
const VERDICTS: Verdict[] = ["potential-cyberthreat", "undetermined", "expected-anomaly"];
const SINCE_WORDS: Record<keyof typeof SINCE_HOURS, string> = {
  "1h": "the last hour",
  "8h": "the last 8 hours",
  "24h": "the last 24 hours",
  "7d": "the last 7 days",
  "30d": "the last 30 days",
};

type Options = readonly (readonly [value: string, words: string])[];

/** Everything else that narrows the list, as one form: it works without a script. */
export function FilterForm({ query, sites, labels }: FiltersProps) {
  const printers = [...labels].map(([token, label]) => [token, visible(label || token)] as const)
    .toSorted(([, a], [, b]) => a.localeCompare(b));
  const kinds = Object.keys(KINDS) as (keyof typeof KINDS)[];
  return (
    <form method="get" action="/" class="filters" role="search">
      {query.state !== "open" && <input type="hidden" name="state" value={query.state} />}
      {query.unreviewed && <input type="hidden" name="unreviewed" value="yes" />}
      <label class="search">
        <span class="unseen">Search in cases</span>
        <Icon name="search" />
        <input type="search" name="q" value={query.q} maxlength={80} placeholder="Search" />
      </label>
      <Choose name="verdict" any="Any verdict" value={query.verdict} options={verdictOptions} />
      <Choose
        name="kind"
        any="Any kind"
        value={query.kind}
        options={kinds.map((kind) => [kind, kindWords(kind)] as const)}
      />
      <Choose name="severity" any="Any severity" value={query.severity} options={harmOptions} />
      {sites.length > 1 && (
        <Choose
          name="site"
          any="All sites"
          value={query.site}
          options={sites.map((site) => [site, site] as const)}
        />
      )}
      <Choose name="printer" any="All printers" value={query.printer} options={printers} />
      <Choose
        name="since"
        any="Any time"
        value={query.since}
        options={Object.entries(SINCE_WORDS)}
      />
      <Days query={query} />
      <button type="submit" class="apply">Apply</button>
    </form>
  );
}

const verdictOptions: Options = VERDICTS.map((verdict) => [verdict, VERDICT_WORDS[verdict]]);
const harmOptions: Options = Severity.options.filter((one) => one !== "info").map((severity) => [
  severity,
  severity === "critical" ? SEVERITY_WORDS.critical : `${SEVERITY_WORDS[severity]}, or worse`,
]);

interface ChooseProps {
  name: string;
  any: string;
  value: string | null;
  options: Options;
}

function Choose({ name, any, value, options }: ChooseProps) {
  const known = value === null || options.some(([option]) => option === value);
  return (
    <label class={value === null ? "choose" : "choose set"}>
      <span class="unseen">{any}</span>
      <select name={name}>
        <option value="">{any}</option>
        {!known && <option value={value} selected>{value}</option>}
        {options.map(([option, words]) => (
          <option value={option} selected={option === value}>{words}</option>
        ))}
      </select>
    </label>
  );
}

/** A span of days, for those who look back; folded away until somebody needs it. */
function Days({ query }: { query: ListQuery }) {
  return (
    <details class="days" open={query.from !== null || query.to !== null}>
      <summary>Days</summary>
      <label>
        from <input type="date" name="from" value={query.from ?? ""} />
      </label>
      <label>
        to <input type="date" name="to" value={query.to ?? ""} />
      </label>
      <span class="note">UTC</span>
    </details>
  );
}
