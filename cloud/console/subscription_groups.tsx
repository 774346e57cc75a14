import { Kind, KINDS } from "../../shared/kinds.ts";
import { Severity, type Verdict } from "../../shared/verdict.ts";
import type { Person } from "../auth/records.ts";
import type { Typed } from "./decision_form.tsx";
import { Choose, Radio, Tick } from "./fields.tsx";
import { ESCALATIONS } from "./subscription_form.ts";
import { dayName } from "./subscription_words.ts";
import { TimeField } from "./time_field.tsx";
import { count, kindWords, SEVERITY_WORDS, span, VERDICT_WORDS, visible } from "./words.ts";

/** Gravest first. */
const VERDICTS: Verdict[] = ["potential-cyberthreat", "undetermined", "expected-anomaly"];
const COOLDOWNS_S = [0, 300, 600, 1800, 3600, 14_400];
const REPEATS_S = [0, 300, 600, 1800, 3600];

/** Of what somebody wants to hear: verdicts, severity, kinds, and printers in trouble. */
export function What({ typed }: { typed: Typed }) {
  const kinds = Kind.options.filter((kind) => typed[`kind.${kind}`] === "on").length;
  return (
    <>
      <div class="checks" role="group" aria-label="Verdicts">
        {VERDICTS.map((verdict) => (
          <Tick
            name={`verdict.${verdict}`}
            typed={typed}
            label={VERDICT_WORDS[verdict]}
          />
        ))}
      </div>
      <Choose
        name="severityMin"
        label="From this severity on"
        typed={typed}
        options={Severity.options.map((one) => [one, `${one}: ${SEVERITY_WORDS[one]}`])}
      />
      <details open={kinds > 0}>
        <summary>{kinds === 0 ? "Every kind of deviation" : count(kinds, "kind")}</summary>
        <p class="note">None ticked is every kind.</p>
        <div class="checks many">
          {Kind.options.map((kind) => (
            <Tick
              name={`kind.${kind}`}
              typed={typed}
              label={`${kindWords(kind)}: ${KINDS[kind]}`}
            />
          ))}
        </div>
      </details>
      <Tick
        name="printerTrouble"
        typed={typed}
        label="A printer that is lost while it prints, or needs a person"
      />
    </>
  );
}

interface WhereProps {
  typed: Typed;
  sites: string[];
  /** `SITE/DEVICE/PRINTER` by the name that people gave it. */
  printers: ReadonlyMap<string, string>;
}

/** Of which site and printers. */
export function Where({ typed, sites, printers }: WhereProps) {
  const chosen = [...printers.keys()].filter((one) => typed[`printer.${one}`] === "on").length;
  return (
    <>
      <Choose
        name="site"
        label="Site"
        typed={typed}
        options={[["", "Every site"], ...sites.map((site) => [site, site] as const)]}
      />
      <details open={chosen > 0}>
        <summary>{chosen === 0 ? "Every printer" : count(chosen, "printer")}</summary>
        <p class="note">None ticked is every printer.</p>
        <div class="checks many">
          {[...printers].map(([address, name]) => (
            <Tick
              name={`printer.${address}`}
              typed={typed}
              label={visible(`${name} (${address})`)}
            />
          ))}
        </div>
      </details>
    </>
  );
}

/** When, and how often. */
export function Moments({ typed }: { typed: Typed }) {
  const apart = COOLDOWNS_S.map((s) =>
    [String(s), s === 0 ? "as they come" : `at least ${span(s * 1000)} apart`] as const
  );
  return (
    <>
      <Radio name="when" value="always" typed={typed} label="At any time outside my quiet hours" />
      <Radio name="when" value="duty" typed={typed} label="Only when I am on duty:" />
      <div class="checks inset" role="group" aria-label="Days of duty">
        {[1, 2, 3, 4, 5, 6, 7].map((day) => (
          <Tick name={`day.${day}`} typed={typed} label={dayName(day)} />
        ))}
      </div>
      <div class="pair inset">
        <TimeField name="dutyFrom" label="from" value={typed.dutyFrom ?? "08:00"} />
        <TimeField name="dutyTo" label="to" value={typed.dutyTo ?? "18:00"} />
      </div>
      <Radio name="how" value="now" typed={typed} label="At once" />
      <div class="inset">
        <Choose name="cooldownS" label="Messages" typed={typed} options={apart} />
        <p class="note">What is graver than the last one never waits.</p>
      </div>
      <Radio name="how" value="digest" typed={typed} label="Gathered, once a day" />
      <div class="inset">
        <TimeField name="digestAt" label="at" value={typed.digestAt ?? "07:30"} />
      </div>
    </>
  );
}

/** Again until somebody acknowledges, and who is told then. */
export function Chain({ typed, people }: { typed: Typed; people: Pick<Person, "id" | "name">[] }) {
  const every = REPEATS_S.map((s) =>
    [String(s), s === 0 ? "say nothing again" : `again after ${span(s * 1000)}`] as const
  );
  const times = [0, 1, 2, 3, 5, 10].map((n) => [String(n), count(n, "time")] as const);
  const others = [["", "nobody"], ...people.map(({ id, name }) => [id, visible(name)] as const)];
  return (
    <>
      <div class="pair">
        <Choose
          name="repeatEveryS"
          label="Until somebody acknowledges"
          typed={typed}
          options={every}
        />
        <Choose name="repeatsMax" label="At most" typed={typed} options={times} />
      </div>
      {ESCALATIONS.map((place) => (
        <Choose
          name={`escalate${place}`}
          label={place === 1 ? "Then tell" : "and then"}
          typed={typed}
          options={others as [string, string][]}
        />
      ))}
      <p class="note">They are told by all the ways that they have given, as often as you.</p>
    </>
  );
}
