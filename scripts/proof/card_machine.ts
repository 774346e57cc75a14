import type { CardDisk } from "./card_disk.ts";

/** What is plugged into a machine that a card runs. */
export interface Plugged {
  /** Terminal of the printer. */
  printer: string;
  /** Port of this machine that leads to the card's first printer. */
  networkPort: number;
  /** Terminal of the computer that prints through the card as its cable; null over the network. */
  computer: string | null;
  /** Ports of this machine, on its loopback, that the card has to reach. */
  servers: readonly number[];
}

/** The host machine, as the card's sees it. */
export const HOST_SEEN = "10.0.2.2";

/**
 * Words for the kernel of a machine that is many times slower than a board: what systemd starts may
 * take long. They stand on its command line alone, the card isn't changed.
 */
export const PATIENCE = "systemd.default_timeout_start_sec=1800";

/** A machine without a screen that runs a card. */
export interface CardMachine {
  readonly disk: CardDisk;
  /** What the card's file has to say of this machine's printer port and GPIO chip, as TOML. */
  readonly wiring: { chip: string | null; usb: string };
  /** Flashes the image, and takes out of it what real hardware would find by itself. */
  flash(image: string): Promise<void>;
  /** Powers the machine; each start has a log of its own. */
  power(plugged: Plugged): Promise<void>;
  /** What the console of this start has said so far. */
  said(): Promise<string>;
  logFile(): string;
  /** Bytes written to the card since it was powered; null where that can't be known. */
  bytesWritten(): Promise<number | null>;
  /** Whether an output line of the machine's GPIO chip is high. */
  line(number: number): Promise<boolean>;
  /** Pulls the plug. */
  cut(): Promise<void>;
}
