import { join } from "node:path";
import { stringify } from "smol-toml";
import { type EnrolmentToken, readToken } from "../../shared/enrolment.ts";
import { reasonOf } from "../../shared/reason.ts";
import { refused, type Result } from "../../shared/result.ts";
import { askSite, deviceKeys, writeTrust } from "./ask_site.ts";
import { readCard } from "./card_file.ts";
import { type CardConfig, defaultWay, type HostWay } from "./card_schema.ts";
import {
  findCard,
  type FoundCard,
  holdsSecret,
  removeSecrets,
  statusStands,
  writeStatus,
} from "./card_shell.ts";
import { edgeToml } from "./edge_files.ts";
import { type EnrolledFile, readEnrolled, tokenDigest, writeEnrolled } from "./enrolled_file.ts";
import { openDoor, peersOf } from "./firewall.ts";
import { readText, writeLasting } from "./lasting_file.ts";
import type { Machine } from "./machine.ts";
import { ledPattern, type Stage, statusText } from "./status.ts";
import {
  AGENT_USER,
  type Places,
  takeFirewall,
  takePrinters,
  takeWifi,
} from "./take_configuration.ts";

const AUTHORITY = "printwarden-ca.pem";
/** An agent has started by then, on a Pi 3 with nothing compiled yet, several times over, ms. */
const AGENT_MS = 600_000, LOOK_MS = 1_000;

/** Takes a card's configuration into the machine, and asks a site to let it in. */
export class FirstBoot {
  #places: Places;
  #machine: Machine;
  #found: FoundCard = { kind: "none" };
  #card: CardConfig | null = null;
  #issues: string[] = [];
  /** The agent that ran before ours was started, null if none did; undefined: none was started. */
  #agentBefore: number | null | undefined = undefined;

  constructor(places: Places, machine: Machine) {
    this.#places = places;
    this.#machine = machine;
  }

  /**
   * Takes what needs no network. A card with mistakes, or none, changes nothing: the device goes on
   * with what it took before.
   *
   * @returns whether a site has still to be asked, by `enrol`
   */
  async takeCard(): Promise<boolean> {
    this.#found = await findCard(this.#places.card, this.#way);
    this.#issues = this.#found.kind === "mistakes" ? this.#found.issues : [];
    this.#card = this.#found.kind === "right" ? this.#found.value : await this.#lastGood();
    const card = this.#card;
    if (card === null) {
      await this.#tell(this.#found.kind === "none" ? "no-file" : "mistakes");
      return false;
    }
    const enrolled = await readEnrolled(this.#etc("enrolled.json"));
    const token = readToken(card.token);
    const asks = token.ok && enrolled?.tokenDigest !== await tokenDigest(card.token);
    this.#doubt(card, token, enrolled);
    if (this.#found.kind === "right") await this.#takeFound(card);
    // Before any way to a printer is opened.
    const peers = peersOf(enrolled, token.ok ? token.value : null);
    await takeFirewall(card, peers, this.#places, this.#machine);
    await takePrinters(card, this.#places, this.#machine);
    if (enrolled) await this.#guard(enrolled);
    if (asks || !enrolled) await this.#tell(this.#issues.length > 0 ? "mistakes" : "enrolling");
    return asks;
  }

  /** What the card asks for and won't get. */
  #doubt(card: CardConfig, token: Result<EnrolmentToken>, enrolled: EnrolledFile | null): void {
    const door = openDoor(card, this.#places.beside);
    if (door !== null) this.#issues.push(door);
    if (card.token !== "" && !token.ok) this.#issues.push(`'token': ${token.issue}`);
    if (card.token !== "" || enrolled || this.#issues.length > 0) return;
    this.#issues.push("'token': this device is in no site yet; 'deno task cloud enrol' prints one");
  }

  /** Asks the site once; false if it has to be asked again. */
  async enrol(): Promise<boolean> {
    const card = this.#card;
    const token = readToken(card?.token ?? "");
    if (!card || !token.ok) return true;
    await takeFirewall(card, peersOf(null, token.value), this.#places, this.#machine);
    const enrolled = await this.#ask(card.token, token.value);
    if (!enrolled.ok) {
      this.#issues = [enrolled.issue];
      await this.#tell(enrolled.issue.startsWith("The console refused") ? "refused" : "enrolling");
      return false;
    }
    this.#issues = [];
    await writeEnrolled(this.#etc("enrolled.json"), enrolled.value);
    await this.#guard(enrolled.value);
    return true;
  }

  get #way(): HostWay {
    return defaultWay(this.#places.beside);
  }

  #etc(name: string): string {
    return join(this.#places.etc, name);
  }

  async #lastGood(): Promise<CardConfig | null> {
    const text = await readText(this.#etc("card.toml"));
    const read = text === null ? null : readCard(new TextEncoder().encode(text), this.#way);
    return read?.ok ? read.value : null;
  }

  /** Takes the Wi-Fi, and keeps what else the card says, without secrets. */
  async #takeFound(card: CardConfig): Promise<void> {
    const { wifi, ...rest } = card;
    const missing = wifi ? await takeWifi(wifi, this.#places, this.#machine) : null;
    if (missing !== null) this.#issues.push(missing);
    const plain = { ...rest, token: "", ...(wifi ? { wifi: { ...wifi, password: "" } } : {}) };
    await writeLasting(this.#etc("card.toml"), stringify(plain));
    await this.#takeOff([wifi?.password ?? ""]);
  }

  async #takeOff(secrets: readonly string[]): Promise<void> {
    const { card } = this.#places;
    if (this.#found.kind !== "right" || !await holdsSecret(card, secrets)) return;
    const why = await this.#onCard(() => removeSecrets(card, secrets, this.#way));
    if (why !== null) {
      this.#issues.push(`secrets stay on this card, which can't be written: ${why}`);
    }
  }

  async #ask(text: string, token: EnrolmentToken): Promise<Result<EnrolledFile>> {
    const { etc, card } = this.#places;
    const keys = await deviceKeys(etc);
    if (!keys.ok) return keys;
    const authority = await readText(join(card, AUTHORITY)) ?? undefined;
    const answer = await askSite(token, keys.value, authority);
    if (!answer.ok) return refused(answer.issue);
    await writeTrust(etc, answer.value);
    const uid = await this.#machine.uid(AGENT_USER);
    for (const name of ["device.nk", "signing.nk"]) await Deno.chown(this.#etc(name), uid, null);
    const { site, device, brokerUrl, authorityPem } = answer.value;
    const ownAuthority = authorityPem !== null;
    const { consolePort } = peersOf(null, token);
    return {
      ok: true,
      value: {
        site,
        device,
        brokerUrl,
        ownAuthority,
        consolePort,
        tokenDigest: await tokenDigest(text),
      },
    };
  }

  /** Lets the agent guard, now that it knows its site. */
  async #guard(enrolled: EnrolledFile): Promise<void> {
    const card = this.#card!;
    await takeFirewall(card, peersOf(enrolled, null), this.#places, this.#machine);
    await writeLasting(this.#etc("edge.toml"), edgeToml(card, enrolled, this.#places.etc));
    const senses = card.printer.some((printer) => printer.senses)
      ? ["printwarden-senses.service"]
      : [];
    this.#agentBefore = (await this.#machine.agentStatus())?.pid ?? null;
    await this.#machine.restart([...senses, "printwarden-agent.service"]);
    await this.#takeOff([card.token]);
    if (this.#issues.length > 0) return await this.#tell("mistakes");
    // What passes soon isn't worth a write on the card.
    await this.#show("starting", await this.#text("starting"));
    for (let waitedMs = 0; waitedMs < AGENT_MS; waitedMs += LOOK_MS) {
      if (await this.#agentGuards()) break;
      await this.#machine.wait(LOOK_MS);
    }
    await this.tellGuard();
  }

  /** Says whether the agent that was started guards every printer, where it is to guard any. */
  async tellGuard(): Promise<void> {
    if (this.#agentBefore === undefined || this.#issues.length > 0) return;
    await this.#tell(await this.#agentGuards() ? "guarding" : "unguarded");
  }

  async #agentGuards(): Promise<boolean> {
    const status = await this.#machine.agentStatus();
    if (status === null || status.pid === this.#agentBefore) return false;
    const guarded = status.printers.map(({ name }) => name);
    return this.#card!.printer.every(({ name }) => guarded.includes(name));
  }

  /** Says how things stand: on the card and, where the device is its own, on console and light. */
  async #tell(stage: Stage): Promise<void> {
    const { card } = this.#places;
    const text = await this.#text(stage);
    await this.#show(stage, text);
    if (!await statusStands(card, text)) await this.#onCard(() => writeStatus(card, text));
  }

  async #text(stage: Stage): Promise<string> {
    const ports = await this.#machine.ports();
    const name = this.#card?.name ?? "printwarden";
    return statusText({ stage, name, issues: this.#issues, card: this.#card, ports });
  }

  /** Says it on console and light, where they are the device's own. */
  async #show(stage: Stage, text: string): Promise<void> {
    if (this.#places.beside) return;
    await attempt(() => this.#machine.show(text));
    await attempt(() => this.#machine.blink(ledPattern(stage)));
  }

  /** Writes to the card. @returns why that can't be done, or null */
  #onCard(doing: () => Promise<void>): Promise<string | null> {
    return attempt(() => this.#machine.whileCardIsWritable(this.#places.card, doing));
  }
}

/**
 * Does what the guard can do without: printers are guarded though the card takes no more writes, as
 * one that wears out, or the console shows nothing. @returns why it couldn't be done, or null
 */
async function attempt(doing: () => Promise<void>): Promise<string | null> {
  try {
    await doing();
    return null;
  } catch (error) {
    const reason = reasonOf(error);
    console.error(reason);
    return reason;
  }
}
