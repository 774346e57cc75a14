import { atSite } from "../auth/identify.ts";
import { nameOf } from "../commands/ask.ts";
import { endOfWindow, type MaintenanceWindow } from "../printers/maintenance_window.ts";
import type { PageFrame } from "./layout.tsx";
import { When } from "./layout.tsx";
import { count, span, utc, visible } from "./words.ts";

const MINUTES = [15, 30, 60, 120, 240, 480, 1440];

interface MaintenanceFormProps {
  frame: PageFrame;
  action: string;
  /** Where the change will be; null is any of `sites`. */
  site: string | null;
  /** Sites to choose from; absent on a printer's own page. */
  sites?: string[];
}

/** Whether the reader may act on printers of a site, or of any if it is null. */
export function mayOperate({ identity }: PageFrame, site: string | null): boolean {
  if (!identity) return false;
  return (site === null ? identity : atSite(identity, site)).mayOperate;
}

function Named({ value }: { value: string }) {
  return <option value={value}>{value}</option>;
}

/** Announces a change from now on: one field, one choice, one button. */
export function MaintenanceForm({ frame, action, site, sites }: MaintenanceFormProps) {
  if (!mayOperate(frame, site)) return null;
  return (
    <form method="post" action={action} class="announce-form">
      {sites && (
        <label class="field">
          <span>Site</span>
          <select name="site">
            {sites.map((site) => <Named key={site} value={site} />)}
          </select>
        </label>
      )}
      <label class="field">
        <span>What will be done</span>
        <input name="what" required maxlength={120} placeholder="new nozzle" autocomplete="off" />
      </label>
      <label class="field">
        <span>For how long</span>
        <select name="minutes">
          {MINUTES.map((minutes) => (
            <option value={minutes} selected={minutes === 30}>
              {span(minutes * 60_000)}
            </option>
          ))}
        </select>
      </label>
      <button type="submit">Announce it</button>
      <p class="note">
        Until then all that is found is recorded, and nobody is alarmed, not even about a threat.
        What a person can do by hand counts as expected.
      </p>
    </form>
  );
}

interface WindowListProps {
  windows: MaintenanceWindow[];
  frame: PageFrame;
  nowMs: number;
}

/** What is announced at this moment, and what each guard answered. */
export function WindowList({ windows, frame, nowMs }: WindowListProps) {
  const live = windows.filter((one) => endOfWindow(one) > nowMs);
  if (live.length === 0) return null;
  return (
    <ul class="sessions windows">
      {live.map((window) => (
        <li>
          <div>
            <b>{visible(window.what)}</b>
            {window.printer === null && <span class="chip">{`all of ${window.site}`}</span>}
            <p class="note">
              {`by ${visible(window.by.name)}, ends `}
              <When at={window.untilWallTime} text={utc(window.untilWallTime)} />
            </p>
            <Answers window={window} />
          </div>
          {mayOperate(frame, window.site) && (
            <form method="post" action={`/maintenance/${window.id}/end`} class="inline">
              <button type="submit">End it now</button>
            </form>
          )}
        </li>
      ))}
    </ul>
  );
}

function Answers({ window: { answers } }: { window: MaintenanceWindow }) {
  const missing = answers.filter((one) => one.result !== "announced");
  if (answers.length === 0) return <p class="note">The guards are being told</p>;
  if (missing.length === 0) {
    return (
      <p class="note">
        {answers.length === 1 ? "Its guard knows" : `All ${answers.length} guards know`}
      </p>
    );
  }
  return (
    <details>
      <summary>
        {`${
          count(missing.length, "guard")
        } didn't take it: there, findings are judged as if nothing ` +
          "was announced"}
      </summary>
      <ul>
        {missing.map((one) => (
          <li class="note">{`${nameOf(one.address)}: ${visible(one.detail)}`}</li>
        ))}
      </ul>
    </details>
  );
}
