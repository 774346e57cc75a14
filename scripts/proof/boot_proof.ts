import { enrolCommand } from "../../cloud/command_line/device_commands.ts";
import { configOf } from "../../cloud/command_line/flags.ts";
import { provision } from "../../cloud/provision/provision.ts";
import { freePort } from "../container/free_port.ts";
import type { Child } from "../show/child.ts";
import { type CaseView, ConsoleClient } from "../show/console_client.ts";
import {
  clearStage,
  PRINTER,
  SITE,
  type Stage,
  startBroker,
  startCloud,
  startPrinter,
} from "../show/stage.ts";
import { type CardMachine, HOST_SEEN } from "./card_machine.ts";
import { tellWear } from "./wear.ts";
import { ADAPTER, joinTerminals } from "./foreign_computer.ts";
import { HostPrint, type HostWay } from "./host_print.ts";
import { wait } from "../../shared/wait.ts";

const BOOT_S = 3600;
const FOUND_S = 1800;
const TOLD_S = 600;
const PRINTED_BEFORE_S = 60;
const ATTACKED_S = 60;
const RELAY_LINE = 1;
/** What happens to the printer, and the kind of deviation that it has to be told as. */
export interface Attack {
  scenario: string;
  variant: string;
  kind: string;
}
/** What the expert decides. */
export type Response = "pause" | "stop";

/** A site, a printer and an emulated card; what is proven is said with its second. */
export class BootProof {
  readonly started = performance.now();
  #servers: number[] = [];
  #networkPort = freePort();
  #printer!: Child;
  #broker!: Child;
  #hostPrint: HostPrint;
  /** How long the last start took that was waited for, s. */
  startS = 0;

  constructor(
    private readonly stage: Stage,
    private readonly card: CardMachine,
    private readonly host: HostWay = "network",
  ) {
    this.#hostPrint = new HostPrint(stage, host, this.#networkPort);
  }

  say(text: string): void {
    console.log(`${((performance.now() - this.started) / 1000).toFixed(0).padStart(5)} s  ${text}`);
  }

  /** Site, printer and card; then the first start, until the site has let the device in. */
  async begin(image: string, response: Response): Promise<ConsoleClient> {
    const { state } = this.stage;
    const cloud = `${state}/cloud`;
    const hosts = [HOST_SEEN, "127.0.0.1"];
    await provision({ state: cloud, site: SITE, devices: [], hosts, port: freePort() });
    await startBroker(this.stage);
    this.#broker = this.stage.children.at(-1)!;
    const { url, token } = await startCloud(this.stage, 0);
    const config = await configOf({ state: cloud });
    const seen = url.replace(/\/\/[^:]+/, `//${HOST_SEEN}`);
    const made = await enrolCommand(config, { label: "card", minutes: 60, url: seen }, new Date());
    if (!made.ok) throw new Error(made.issue);
    this.#servers = [this.stage.natsUrl, url].map((each) => Number(new URL(each).port));
    this.#printer = await startPrinter(this.stage, () => {});
    await this.card.flash(image);
    const usb = this.host === "usb" ? ADAPTER : this.card.wiring.usb;
    const wiring = { ...this.card.wiring, usb };
    const file = cardFile(made.value.token, response, this.host, wiring);
    await this.card.disk.write("printwarden.toml", file);
    if (this.host === "usb") {
      this.stage.children.push(
        await joinTerminals(state, this.#run("wire"), this.#run("computer")),
      );
    }
    await this.start();
    const left = await this.card.disk.read("printwarden.toml");
    if (left.includes(made.value.token)) throw new Error("The token still stands on the card");
    this.say("enrolled by the card's file; the token is off the card");
    return new ConsoleClient(url, token);
  }

  /** Powers the card and waits until it says that all is well. */
  async start(): Promise<void> {
    const from = performance.now();
    await this.power();
    await this.guarding();
    this.startS = (performance.now() - from) / 1000;
    this.say(`all is well ${this.startS.toFixed(0)} s after power`);
  }

  /** Waits until the card that has power says that all is well. */
  async guarding(): Promise<void> {
    await this.until(
      "say that all is well",
      BOOT_S,
      async () => {
        const said = await this.card.said();
        if (said.includes("Nothing is guarded")) throw new Error("The card's state wasn't mounted");
        return said.includes("All is well") || null;
      },
    );
  }

  /** Has the host print for a minute, and longer where the agent isn't heard of yet. */
  async print(client: ConsoleClient): Promise<void> {
    const beganMs = Date.now();
    const how = await this.#hostPrint.begin(
      () => this.card.said(),
      (what, look) => this.until<true>(what, BOOT_S, look),
    );
    this.say(how);
    await wait(PRINTED_BEFORE_S * 1000);
    await this.until(
      "be heard of",
      BOOT_S,
      async () => (await client.heardMs(PRINTER) ?? 0) > beganMs || null,
    );
  }

  /** What befalls the printer, below the wire. */
  async inject({ scenario, variant }: Attack): Promise<void> {
    await this.#printer.send({ scenario, variant, forS: ATTACKED_S });
    this.say(`${scenario} (${variant}) injected into the printer, outside of the machine`);
  }

  /** While the card has no power: host and printer begin anew, as healthy as they were at first. */
  async renewPrinter(): Promise<void> {
    await this.#hostPrint.end();
    await this.#printer.stop();
    this.#printer = await startPrinter(this.stage, () => {});
  }

  async stopBroker(): Promise<void> {
    await this.#broker.stop();
    this.say("the broker is away");
  }

  /** Where it was before, since its configuration names its port. */
  async startBroker(): Promise<void> {
    await startBroker(this.stage);
    this.#broker = this.stage.children.at(-1)!;
    this.say("the broker is back");
  }

  #run(name: string): string {
    return `${this.stage.state}/edge/run/${PRINTER}.${name}`;
  }

  /** A print, an attack below the wire, a decision, a pause. */
  async attack(client: ConsoleClient, attack: Attack, response: Response): Promise<void> {
    await this.print(client);
    const before = (await client.cases()).map(({ about }) => about.id);
    this.say(`${before.length} cases before any attack`);
    const { kind } = attack;
    await this.inject(attack);
    const from = performance.now();
    const isIt = ({ about, deviations }: CaseView) =>
      !before.includes(about.id) && deviations.some((each) => each.kind === kind);
    const found = await this.until(
      `be found as ${kind}`,
      FOUND_S,
      async () => (await client.cases()).find(isIt) ?? null,
    );
    const tookS = ((performance.now() - from) / 1000).toFixed(0);
    const told = found.deviations.map(({ kind, verdict, cause }) =>
      `${kind}, ${verdict}, ${cause.title}`
    );
    this.say(`signed at the aggregator after ${tookS} s: ${told.join("; ")}`);
    const decided = performance.now();
    if (response === "stop" && await this.card.line(RELAY_LINE)) {
      throw new Error("The relay's line moved before anybody decided");
    }
    await client.decide(found.about.id, "The proof's attack", response);
    await this.until(
      `${response} the print`,
      FOUND_S,
      async () =>
        (response === "pause" ? this.#hostPrint.paused : await this.card.line(RELAY_LINE)) || null,
    );
    const backS = ((performance.now() - decided) / 1000).toFixed(1);
    const effect = response === "pause" ? "the host paused" : "the relay's line moved";
    this.say(`the decision came back and ${effect} after ${backS} s`);
    const outcome = await this.until(
      "tell what became of it",
      FOUND_S,
      async () => (await client.case(found.about.id)).about.decisions[0]?.outcome ?? null,
    );
    this.say(`the case says: ${outcome.result}, ${outcome.detail}`);
  }

  /** What the guard takes of the machine and of its card, while a host prints. */
  async wear(): Promise<void> {
    await tellWear(
      this.card,
      (text) => this.say(text),
      (look) => this.until("tell what it takes", TOLD_S, look),
    );
  }

  /** Powers the card and goes on. */
  async power(): Promise<void> {
    await this.card.power({
      printer: this.#run("port"),
      networkPort: this.#networkPort,
      computer: this.host === "usb" ? this.#run("computer") : null,
      servers: this.#servers,
    });
  }

  async until<T>(
    what: string,
    withinS: number,
    look: () => Promise<T | null> | T | null,
  ): Promise<T> {
    const endMs = performance.now() + withinS * 1000;
    while (performance.now() < endMs) {
      const found = await look();
      if (found !== null) return found;
      await wait(500);
    }
    throw new Error(`The card had to ${what} within ${withinS} s; see ${this.card.logFile()}`);
  }

  async end(): Promise<void> {
    await this.card.cut();
    await clearStage(this.stage);
  }
}

/** As a person's Windows editor would save it. */
function cardFile(
  token: string,
  response: Response,
  host: HostWay,
  wiring: CardMachine["wiring"],
): string {
  const relay = response === "stop" ? `[printer.senses.relay]\npin = ${RELAY_LINE}\n` : "";
  const chip = wiring.chip === null ? "" : `chip = "${wiring.chip}"\n`;
  const text = `token = "${token}"\nname = "proof"\n${chip}[[printer]]\nname = "${PRINTER}"\n` +
    `usb = "${wiring.usb}"\nhost = "${host}"\nresponse = "${response}"\n${relay}`;
  return `\ufeff${text.replaceAll("\n", "\r\n")}`;
}
