import { brokerServers } from "../../shared/broker_servers.ts";
import { join } from "node:path";
import { stringify } from "smol-toml";
import { type EnrolmentToken, readToken } from "../../shared/enrolment.ts";
import { refused, type Result } from "../../shared/result.ts";
import { askSite, deviceKeys, writeTrust } from "./ask_site.ts";
import { readCard } from "./card_file.ts";
import type { CardConfig } from "./card_schema.ts";
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
import type { Peers } from "./firewall.ts";
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

const BROKER_PORT = 4222;
const HTTPS_PORT = 443;
const AUTHORITY = "printwarden-ca.pem";

/** Takes a card's configuration into the machine, and asks a site to let it in. */
export class FirstBoot {
  #places: Places;
  #machine: Machine;
  #found: FoundCard = { kind: "none" };
  #card: CardConfig | null = null;
  #issues: string[] = [];

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
    this.#found = await findCard(this.#places.card);
    this.#issues = this.#found.kind === "mistakes" ? this.#found.issues : [];
    this.#card = this.#found.kind === "right" ? this.#found.value : await this.#lastGood();
    const card = this.#card;
    if (card === null) {
      await this.#tell(this.#found.kind === "none" ? "no-file" : "mistakes");
      return false;
    }
    if (this.#found.kind === "right") await this.#takeFound(card);
    await takePrinters(card, this.#places, this.#machine);
    const enrolled = await readEnrolled(this.#etc("enrolled.json"));
    const token = card.token;
    const asks = token !== "" && enrolled?.tokenDigest !== await tokenDigest(token);
    if (enrolled) await this.#guard(enrolled);
    if (asks || !enrolled) await this.#tell(this.#issues.length > 0 ? "mistakes" : "enrolling");
    return asks;
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

  #etc(name: string): string {
    return join(this.#places.etc, name);
  }

  async #lastGood(): Promise<CardConfig | null> {
    const text = await readText(this.#etc("card.toml"));
    const read = text === null ? null : readCard(new TextEncoder().encode(text));
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
    await this.#machine.whileCardIsWritable(card, () => removeSecrets(card, secrets));
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
    await this.#machine.restart([...senses, "printwarden-agent.service"]);
    await this.#takeOff([card.token]);
    await this.#tell(this.#issues.length > 0 ? "mistakes" : "guarding");
  }

  /** Says how things stand: on the card, on the console, and by the light. */
  async #tell(stage: Stage): Promise<void> {
    const { card } = this.#places;
    const ports = await this.#machine.ports();
    const name = this.#card?.name ?? "printwarden";
    const text = statusText({ stage, name, issues: this.#issues, card: this.#card, ports });
    await this.#machine.show(text);
    await this.#machine.blink(ledPattern(stage));
    if (await statusStands(card, text)) return;
    await this.#machine.whileCardIsWritable(card, () => writeStatus(card, text));
  }
}

/** The ports of broker and console, by what enrolment settled or, before it, by the token. */
function peersOf(enrolled: EnrolledFile | null, token: EnrolmentToken | null): Peers {
  const broker = enrolled === null
    ? null
    : new URL(brokerServers(enrolled.brokerUrl)[0]!.replace(/^tls:/, "http:"));
  const console = token === null ? null : new URL(token.url);
  return {
    brokerPort: Number(broker?.port || BROKER_PORT),
    consolePort: enrolled?.consolePort ??
      Number(console?.port || (console?.protocol === "http:" ? 80 : HTTPS_PORT)),
  };
}
