import type { CardConfig } from "./card_schema.ts";
import { networkPorts } from "./edge_files.ts";
import { describePort, type FoundPort } from "./found_port.ts";

/** How far the device has come since it was powered. */
export type Stage =
  | "no-file"
  | "mistakes"
  | "enrolling"
  | "refused"
  | "starting"
  | "unguarded"
  | "guarding";

/** What there is to say to whoever stands before the device. */
export interface Status {
  stage: Stage;
  /** Where it is found in the network. */
  name: string;
  /** What is wrong, sentence by sentence; empty if nothing is. */
  issues: readonly string[];
  /** What it goes by; null if it never had anything. */
  card: CardConfig | null;
  ports: readonly FoundPort[];
}

const HEADLINES: Record<Stage, string> = {
  "no-file": "There is no printwarden.toml on this card. Copy printwarden-example.toml, fill it in",
  mistakes: "printwarden.toml needs a look. Put this right and start again",
  enrolling: "printwarden.toml is right. Waiting for the site to let this device in",
  refused: "The site didn't let this device in",
  starting: "This device is in its site, and its guard is starting. Printers work meanwhile, " +
    "but nobody watches over them",
  unguarded:
    "The guard doesn't run: printers work, but nobody watches over them. Start this device " +
    "again; if that doesn't help, 'journalctl -u printwarden-agent' says why",
  guarding: "All is well: this device is in its site, and its printers are guarded",
};

/** The status as text for the card (`printwarden-status.txt`) and the console. */
export function statusText(status: Status): string {
  const { stage, name, issues, card, ports } = status;
  const parts = [`Printwarden (${name}.local)`, `${HEADLINES[stage]}.`];
  if (issues.length > 0) parts.push(issues.map((issue) => `- ${issue}`).join("\n"));
  if (stage === "mistakes" && card !== null) {
    parts.push("Until then the device goes on with what it took before.");
  }
  if (card !== null) parts.push(card.printer.map(({ name }) => waysTo(name, status)).join("\n"));
  parts.push(
    ports.length === 0
      ? "No printer is plugged in by USB."
      : `Plugged in by USB:\n${ports.map((port) => `- ${describePort(port)}`).join("\n")}`,
  );
  return `${parts.join("\n\n")}\n`;
}

/**
 * What to open in the printing software. A terminal has no DTR that a host could set, and pyserial
 * would wait for it; that the printer isn't reset by opening its port is what we want.
 */
function waysTo(name: string, { card, name: device }: Status): string {
  const network = networkPorts(card!.printer).find(({ printer }) => printer.name === name);
  if (network) return `Printer ${name}: rfc2217://${device}.local:${network.port}?ign_set_control`;
  const usb = card!.printer.some((printer) => printer.name === name && printer.host === "usb");
  return usb
    ? `Printer ${name}: the serial port that appears on the computer at this device's USB port`
    : `Printer ${name}: /run/printwarden/${name}.tty on this device`;
}

/** How the green light blinks. */
export interface LedPattern {
  onMs: number;
  offMs: number;
}

/** Quick: look at the card. Slow: wait. A short flash every few seconds: all is well. */
export function ledPattern(stage: Stage): LedPattern {
  if (stage === "enrolling" || stage === "starting") return { onMs: 800, offMs: 800 };
  if (stage === "guarding") return { onMs: 50, offMs: 2_950 };
  return { onMs: 100, offMs: 100 };
}
