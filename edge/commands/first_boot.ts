import { FirstBoot } from "../first_boot/first_boot.ts";
import { piMachine } from "../first_boot/machine.ts";
import { fail, readArgs } from "./command_line.ts";

export const HELP = `Usage: edge first-boot [options]

Takes printwarden.toml from a card's boot files into this machine: Wi-Fi, printers, enrolment. What
is wrong stands in printwarden-status.txt beside it. The card image runs it at each start.

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

/** Takes the card, then asks the site until it lets the device in. */
export async function run(args: string[]): Promise<void> {
  const read = readArgs({ args, options: OPTIONS });
  if (!read.ok) fail(read.issue);
  const { help, card, etc, run, beside } = read.value.values;
  if (help) return console.log(HELP);
  for (const folder of [etc, run]) await Deno.mkdir(folder, { recursive: true });
  const boot = new FirstBoot({ card, etc, run, beside }, piMachine);
  if (!await boot.takeCard()) return;
  while (!await boot.enrol()) await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
}
