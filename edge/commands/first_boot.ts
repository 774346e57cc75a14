import { join } from "node:path";
import { wait } from "../../shared/wait.ts";
import { loadConfig, runFolder } from "../config.ts";
import { takeCardRelease } from "../first_boot/card_release.ts";
import { FirstBoot } from "../first_boot/first_boot.ts";
import { piMachine } from "../first_boot/machine.ts";
import { thisDevice } from "../update/device_shell.ts";
import { defaultRoot, Releases } from "../update/layout_file.ts";
import { leaveDamaged } from "../update/leave_damaged.ts";
import { readReleaseKeys } from "../update/release_keys_file.ts";
import { RESTART_AGENT } from "../update/update_shell.ts";
import { fail, readArgs } from "./command_line.ts";

export const HELP = `Usage: edge first-boot [options]

Takes printwarden.toml from a card's boot files into this machine: Wi-Fi, printers, enrolment. What
is wrong stands in printwarden-status.txt beside it. The card image runs it at each start. A release
beside it (printwarden-VERSION.release, with release-keys.json the first time) is installed as by
'edge update'; what became of it stands in printwarden-update.txt.

  --card DIR   the boot files (default /boot/firmware)
  --etc DIR    what must last (default /etc/printwarden)
  --run DIR    what is made anew at each start (default /run/printwarden-card)
  --beside     this machine has other work too: its name, network, firewall, console and light stay as
               they are, and no port is opened for a printer that doesn't say host = "network"
`;

const OPTIONS = {
  card: { type: "string", default: "/boot/firmware" },
  etc: { type: "string", default: "/etc/printwarden" },
  run: { type: "string", default: "/run/printwarden-card" },
  beside: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

const AGAIN_MS = 30_000;
const KEYS_FILE = "release-keys.json";

/** Takes the card, then asks the site until it lets the device in. */
export async function run(args: string[]): Promise<void> {
  const read = readArgs({ args, options: OPTIONS });
  if (!read.ok) fail(read.issue);
  const { help, card, etc, run, beside } = read.value.values;
  if (help) return console.log(HELP);
  for (const folder of [etc, run]) await Deno.mkdir(folder, { recursive: true });
  const boot = new FirstBoot({ card, etc, run, beside }, piMachine);
  const releases = new Releases(await defaultRoot());
  // A machine with other work has a person who runs 'edge update' there.
  if (!beside) await checkRelease(releases, etc);
  if (await boot.takeCard()) {
    while (!await boot.enrol()) await wait(AGAIN_MS);
  }
  if (beside) return;
  await takeRelease(releases, card, etc);
  await boot.tellGuard();
}

async function checkRelease(releases: Releases, etc: string): Promise<void> {
  const pinned = await readReleaseKeys(join(etc, KEYS_FILE));
  const left = pinned.ok ? await leaveDamaged(releases, pinned.value) : null;
  if (left !== null) console.error(left);
}

/** Without a configuration nothing runs yet that a release could be measured by. */
async function takeRelease(releases: Releases, card: string, etc: string): Promise<void> {
  const config = join(etc, "edge.toml");
  const loaded = await loadConfig(config);
  if (!loaded.ok) return;
  const device = thisDevice({
    releases,
    restart: RESTART_AGENT,
    config,
    run: runFolder(loaded.value),
  });
  const keysFile = join(etc, KEYS_FILE);
  await takeCardRelease({ card, releases, device, keysFile, machine: piMachine });
}
