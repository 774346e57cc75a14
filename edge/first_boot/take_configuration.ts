import { join } from "node:path";
import type { CardConfig, CardWifi } from "./card_schema.ts";
import { networkPorts, ser2netYaml, tapEnvironment } from "./edge_files.ts";
import { firewallRules, type Peers } from "./firewall.ts";
import { OWNER_ONLY, readText, writeLasting } from "./lasting_file.ts";
import type { Machine } from "./machine.ts";
import { udevRules } from "./udev_rules.ts";
import { sameWifi, wifiFile, wifiKey } from "./wifi.ts";

/** Where first boot reads and writes. */
export interface Places {
  /** The card's boot files, which any computer can write. */
  card: string;
  /** What must last: keys and configurations. */
  etc: string;
  /** What is worked out anew at each start: udev's rules, ser2net's ports, nftables' rules. */
  run: string;
  /** Whether name, network, firewall, console and light are others': the guard stands beside other work. */
  beside: boolean;
}

/** The user that the agent runs as. */
export const AGENT_USER = "printwarden";
const CABLE_UNIT = "printwarden-cable@";

/** Puts name, printers and ways in place, and starts each printer's tap: no network is needed. */
export async function takePrinters(
  card: CardConfig,
  places: Places,
  machine: Machine,
): Promise<void> {
  if (!places.beside) await machine.setName(card.name);
  await writeLasting(join(places.run, "70-printwarden.rules"), udevRules(card.printer));
  await machine.findPrinters();
  const uid = await machine.uid(AGENT_USER);
  for (const printer of card.printer) {
    const file = join(places.etc, `tap-${printer.name}.env`);
    await writeLasting(file, tapEnvironment(printer, uid));
  }
  await writeLasting(join(places.run, "ser2net.yaml"), ser2netYaml(card.printer));
  await machine.start([
    ...card.printer.map(({ name }) => `printwarden-tap@${name}.service`),
    ...card.printer.filter(({ host }) => host === "usb").map(({ name }) =>
      `${CABLE_UNIT}${name}.service`
    ),
    ...(networkPorts(card.printer).length > 0 ? ["printwarden-network.service"] : []),
  ]);
}

/** Writes and loads the firewall, or leaves it open where the card says so. It is never taken down. */
export async function takeFirewall(
  card: CardConfig,
  peers: Peers,
  places: Places,
  machine: Machine,
): Promise<void> {
  if (!card.firewall || places.beside) return;
  const file = join(places.run, "firewall.nft");
  const isNew = await writeLasting(file, firewallRules(card, peers));
  await machine[isNew ? "restart" : "start"](["printwarden-firewall.service"]);
}

/**
 * Writes down the Wi-Fi's key, never its password; without a password the known key stays.
 *
 * @returns what is missing, in a sentence; null if nothing is
 */
export async function takeWifi(
  wifi: CardWifi,
  places: Places,
  machine: Machine,
): Promise<string | null> {
  if (places.beside) return null;
  const file = join(places.etc, "wifi.conf");
  const known = await readText(file) ?? "";
  if (wifi.password === "" && sameWifi(known, wifi)) return null;
  if (wifi.password === "" && !wifi.open) {
    return `the password of the Wi-Fi "${wifi.name}" isn't known: write it into 'wifi.password'`;
  }
  const key = wifi.password === "" ? null : await wifiKey(wifi);
  if (await writeLasting(file, wifiFile(wifi, key), OWNER_ONLY)) {
    await machine.restart(["printwarden-wifi.service"]);
  }
  return null;
}
