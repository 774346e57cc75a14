import { reasonOf } from "../../shared/reason.ts";
import { refused } from "../../shared/result.ts";
import { loadConfig, runFolder } from "../config.ts";
import { thisDevice } from "../update/device_shell.ts";
import { busyWith } from "../update/health.ts";
import { defaultRoot, Releases } from "../update/layout_file.ts";
import { openRelease } from "../update/release_file.ts";
import { readReleaseKeys, RELEASE_KEYS_DEFAULT } from "../update/release_keys_file.ts";
import {
  checkCurrent,
  type Device,
  goBackTo,
  recover,
  RESTART_AGENT,
  STEADY_S,
  update,
  type UpdateWishes,
} from "../update/update_shell.ts";
import { COMMON_OPTIONS, CONFIG_DEFAULT, fail, fromCaller, readArgs } from "./command_line.ts";

const RESTART_TAPS =
  "systemctl try-restart 'printwarden-tap@*.service' 'printwarden-senses*.service'";
const EXIT_NOT_UPDATED = 1;
const IDLE_LOOK_MS = 10_000;

export const HELP = `Usage: edge update FILE [options]      install a release of 'deno task release'
       edge update check [FILE]        say whether one, or the one in use, is whole and signed
       edge update status              the release in use, the others, and what is under trial
       edge update back VERSION        go over to one that is there
       edge update recover             end a trial that a crash or a power cut left

A release is taken if a pinned key signed it and it is newer than the one in use. Its agent is
started and has to prove itself: it runs, guards every printer, what the doctor found well is well
still, and the broker takes its signs of life if it took them before. Else the one before it is back.
Taps and senses go on as they are, and so do prints.

  --root DIR         folder of the releases (default /state/releases on a card, else
                     /opt/printwarden)
  --trust FILE       public release keys (default ${RELEASE_KEYS_DEFAULT})
  --config FILE      the agent's configuration (default ${CONFIG_DEFAULT})
  --state DIR        another state folder than the configuration's
  --prove-s N        how long it may take to prove itself (default 120)
  --steady-s N       how long its agent must have run by then (default ${STEADY_S})
  --restart COMMAND  default '${RESTART_AGENT}'
  --while-printing   don't refuse because a printer is in the midst of a job, or because the agent
                     fell silent and can't say
  --when-idle        wait until none is, and the agent says so
  --downgrade        take an older release, too
  --with-taps        restart taps and senses as well in the end; taps go on at the same byte, and a
                     relay stays as it is

Run it as root; on a card or an installed machine that is
  sudo deno run -A $(/usr/local/lib/printwarden/program)/edge/main.js update FILE
Without --with-taps, taps and senses are the new ones from their next start on. Exit code 1: it isn't
updated, and why.
`;

const OPTIONS = {
  ...COMMON_OPTIONS,
  root: { type: "string" },
  trust: { type: "string", default: RELEASE_KEYS_DEFAULT },
  "prove-s": { type: "string", default: "120" },
  "steady-s": { type: "string", default: String(STEADY_S) },
  restart: { type: "string", default: RESTART_AGENT },
  "while-printing": { type: "boolean", default: false },
  "when-idle": { type: "boolean", default: false },
  downgrade: { type: "boolean", default: false },
  "with-taps": { type: "boolean", default: false },
} as const;

type Values = ReturnType<typeof valuesOf>["values"];

function valuesOf(args: string[]) {
  const read = readArgs({ args, options: OPTIONS, allowPositionals: true });
  if (!read.ok) fail(read.issue);
  return read.value;
}

/** Installs, checks, lists or takes back a release; exit code 1 if that can't be done. */
export async function run(args: string[]): Promise<void> {
  const { values, positionals } = valuesOf(args);
  if (values.help) return console.log(HELP);
  const [verb, argument, ...rest] = positionals;
  const releases = new Releases(
    values.root === undefined ? await defaultRoot() : fromCaller(values.root),
  );
  if (verb === undefined || rest.length > 0) fail(`Cannot update: FILE was required\n\n${HELP}`);
  try {
    await act(verb, argument, releases, values);
  } catch (error) {
    const reason = reasonOf(error);
    const asked = error instanceof Deno.errors.NotCapable
      ? "all of Deno's permissions were required ('deno run -A …/edge/main.js update …'), got fewer: "
      : "";
    end(refused(`Cannot update: ${asked}${reason}`));
  }
}

async function act(verb: string, argument: string | undefined, releases: Releases, values: Values) {
  switch (verb) {
    case "check":
      return await check(releases, values, argument);
    case "status":
      return await status(releases);
    case "recover":
      return end(await recover(releases, await deviceOf(releases, values)));
    case "back":
      return end(await back(releases, values, argument));
    default:
      if (argument !== undefined) fail(`Cannot update: one FILE was required\n\n${HELP}`);
      return end(await install(releases, values, fromCaller(verb)));
  }
}

function end(result: Awaited<ReturnType<typeof update>>): void {
  if (result.ok) return console.log(result.value);
  console.error(result.issue);
  Deno.exit(EXIT_NOT_UPDATED);
}

async function keysOf(values: Values) {
  const keys = await readReleaseKeys(fromCaller(values.trust));
  if (!keys.ok) fail(keys.issue);
  return keys.value;
}

async function deviceOf(releases: Releases, values: Values): Promise<Device> {
  const config = fromCaller(values.config);
  const state = values.state === undefined ? undefined : fromCaller(values.state);
  const loaded = await loadConfig(config, state);
  // Without a configuration there is no agent yet that could tell how it is.
  const run = loaded.ok ? runFolder(loaded.value) : "/run/printwarden";
  return thisDevice({ releases, restart: values.restart, config, run });
}

function secondsOf(values: Values, name: "prove-s" | "steady-s"): number {
  const seconds = Number(values[name]);
  if (seconds >= 1 && seconds <= 3600) return seconds;
  fail(`--${name}: seconds from 1 to 3600 were required, got '${values[name]}'`);
}

function wishesOf(values: Values): UpdateWishes {
  return {
    whilePrinting: values["while-printing"],
    downgrade: values.downgrade,
    proveMs: secondsOf(values, "prove-s") * 1000,
    steadyS: secondsOf(values, "steady-s"),
  };
}

async function install(releases: Releases, values: Values, file: string) {
  const device = await deviceOf(releases, values);
  const pinned = await keysOf(values);
  while (values["when-idle"] && busyWith(await device.status(), device.nowMs()) !== null) {
    await device.wait(IDLE_LOOK_MS);
  }
  const done = await update(releases, device, file, pinned, wishesOf(values));
  if (done.ok && values["with-taps"]) await restartTaps();
  return done;
}

async function restartTaps(): Promise<void> {
  const { success } = await new Deno.Command("sh", { args: ["-c", RESTART_TAPS] }).output();
  if (!success) console.error("taps and senses run as before: they could not be restarted");
}

async function back(releases: Releases, values: Values, version: string | undefined) {
  const [from, versions] = [await releases.current(), await releases.versions()];
  if (version === undefined || !versions.includes(version) || version === from) {
    const others = versions.filter((each) => each !== from).join(", ") || "none";
    fail(`Cannot go back: one of ${others} was required, got '${version ?? ""}'`);
  }
  const device = await deviceOf(releases, values);
  return await goBackTo(releases, device, version, await keysOf(values), {
    ...wishesOf(values),
    downgrade: true,
  });
}

async function check(releases: Releases, values: Values, file: string | undefined) {
  const pinned = await keysOf(values);
  if (file === undefined) return end(await checkCurrent(releases, pinned));
  const opened = await openRelease(fromCaller(file), pinned);
  if (!opened.ok) return end(opened);
  const { manifest: { version, madeAt, files }, kid } = opened.value;
  console.log(`${version}, made ${madeAt}, ${files.length} files, signed by ${kid}`);
}

async function status(releases: Releases): Promise<void> {
  const [current, versions, trial] = [
    await releases.current(),
    await releases.versions(),
    await releases.trial(),
  ];
  for (const version of versions) console.log(version === current ? `${version}  in use` : version);
  if (versions.length === 0) console.log(`no release below ${releases.root}`);
  if (!trial.ok) console.log(trial.issue);
  else if (trial.value !== null) console.log(`${trial.value.to} is under trial`);
}
