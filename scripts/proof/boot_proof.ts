import { enrolCommand } from "../../cloud/command_line/device_commands.ts";
import { configOf } from "../../cloud/command_line/flags.ts";
import { provision } from "../../cloud/provision/provision.ts";
import { freePort } from "../container/free_port.ts";
import { type Child, startChild } from "../show/child.ts";
import { type CaseView, ConsoleClient } from "../show/console_client.ts";
import {
  clearStage,
  PRINTER,
  SITE,
  type Stage,
  startBroker,
  startCloud,
  startHost,
  startPrinter,
} from "../show/stage.ts";
import { EmulatedCard, GPIO_CHIP, HOST_SEEN } from "./emulated_card.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const BOOT_S = 1800;
const FOUND_S = 1800;
const IDLE_S = 300;
/** Between an attack and the last start's end nothing else is random but this, s. */
const CUT_MAX_S = 200;
const PRINTED_BEFORE_S = 60;
const RELAY_LINE = 1;
/** What the expert decides. */
export type Response = "pause" | "stop";

/** A site, a printer and an emulated card; what is proven is said with its second. */
export class BootProof {
  readonly started = performance.now();
  #stage: Stage;
  #card: EmulatedCard;
  #networkPort = freePort();
  #printer!: Child;
  #paused = false;

  constructor(stage: Stage) {
    this.#stage = stage;
    this.#card = new EmulatedCard(stage.state);
  }

  say(text: string): void {
    console.log(`${((performance.now() - this.started) / 1000).toFixed(0).padStart(5)} s  ${text}`);
  }

  /** Site, printer and card; then the first start, until the site has let the device in. */
  async begin(image: string, response: Response): Promise<ConsoleClient> {
    const { state } = this.#stage;
    const cloud = `${state}/cloud`;
    const hosts = [HOST_SEEN, "127.0.0.1"];
    await provision({ state: cloud, site: SITE, devices: [], hosts, port: freePort() });
    await startBroker(this.#stage);
    const { url, token } = await startCloud(this.#stage, 0);
    const config = await configOf({ state: cloud });
    const seen = url.replace(/\/\/[^:]+/, `//${HOST_SEEN}`);
    const made = await enrolCommand(config, { label: "card", minutes: 60, url: seen }, new Date());
    if (!made.ok) throw new Error(made.issue);
    this.#printer = await startPrinter(this.#stage, () => {});
    await this.#card.flash(image);
    await this.#card.write("printwarden.toml", cardFile(made.value.token, response));
    await this.start();
    const left = await this.#card.read("printwarden.toml");
    if (left.includes(made.value.token)) throw new Error("The token still stands on the card");
    this.say("enrolled by the card's file; the token is off the card");
    return new ConsoleClient(url, token);
  }

  /** Powers the card and waits until it says that all is well. */
  async start(): Promise<void> {
    const printer = `${this.#stage.state}/edge/run/${PRINTER}.port`;
    const from = performance.now();
    await this.#card.power({ printer, networkPort: this.#networkPort });
    await this.until(
      "say that all is well",
      BOOT_S,
      async () => (await this.#card.said()).includes("All is well") || null,
    );
    this.say(`all is well ${((performance.now() - from) / 1000).toFixed(0)} s after power`);
  }

  /** A print over the network, an attack below the wire, a decision, a pause. */
  async attack(client: ConsoleClient, id: string, response: Response): Promise<void> {
    const { state } = this.#stage;
    let connected = false;
    const bridge = startChild({
      name: "network-port",
      command: "/usr/bin/python3",
      args: [
        `${ROOT}scripts/proof/rfc2217_bridge.py`,
        `rfc2217://127.0.0.1:${this.#networkPort}?ign_set_control`,
      ]
        .concat([`${state}/edge/run/${PRINTER}.wire`]),
      logFolder: `${state}/logs`,
      onLine: () => connected = true,
    });
    this.#stage.children.push(bridge);
    await this.until("offer its printer by RFC 2217", BOOT_S, () => connected || null);
    startHost(this.#stage, (line) => this.#paused ||= line.includes('"paused"'));
    this.say("printing over the network, by RFC 2217");
    await new Promise((resolve) => setTimeout(resolve, PRINTED_BEFORE_S * 1000));
    await this.#printer.send({ scenario: id, forS: 60 });
    const from = performance.now();
    this.say(`${id} injected into the printer, outside of the machine`);
    const found = await this.until(
      "be found",
      FOUND_S,
      async () => (await client.cases())[0] ?? null,
    );
    const { kind, verdict } = found.deviations[0]!;
    const tookS = ((performance.now() - from) / 1000).toFixed(0);
    this.say(`signed deviation at the aggregator after ${tookS} s: ${kind}, ${verdict}`);
    const decided = performance.now();
    if (response === "stop" && await this.#card.line(RELAY_LINE)) {
      throw new Error("The relay's line moved before anybody decided");
    }
    await client.decide(found.about.id, "The proof's attack", response);
    await this.until(
      `${response} the print`,
      FOUND_S,
      async () => (response === "pause" ? this.#paused : await this.#card.line(RELAY_LINE)) || null,
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

  /** How much an idle device writes to its card. */
  async wear(): Promise<void> {
    const before = await this.#card.bytesWritten();
    await new Promise((resolve) => setTimeout(resolve, IDLE_S * 1000));
    const bytes = await this.#card.bytesWritten() - before;
    const aDayMb = bytes / IDLE_S * 86_400 / 1e6;
    this.say(`written to the card in ${IDLE_S} s: ${bytes} bytes, ${aDayMb.toFixed(1)} MB a day`);
  }

  /** Power cut at random moments; what was known before is known after each. */
  async cut(client: ConsoleClient, cuts: number): Promise<void> {
    const known = (await client.cases()).length;
    for (let cut = 1; cut <= cuts; cut++) {
      const atS = Math.random() * CUT_MAX_S;
      await new Promise((resolve) => setTimeout(resolve, atS * 1000));
      await this.#card.cut();
      const damage = await this.#card.damage();
      this.say(`cut ${cut}: ${atS.toFixed(0)} s on; file systems: ${damage || "whole"}`);
      if (damage) throw new Error(`A power cut damaged the card: ${damage}`);
      const printer = `${this.#stage.state}/edge/run/${PRINTER}.port`;
      await this.#card.power({ printer, networkPort: this.#networkPort });
    }
    await this.#card.cut();
    await this.start();
    const after: CaseView[] = await client.cases();
    if (after.length < known) throw new Error(`${known} cases were required, got ${after.length}`);
    this.say(`${cuts} cuts: it came back, enrolled as before, ${after.length} cases`);
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
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    throw new Error(`The card had to ${what} within ${withinS} s; see ${this.#card.logFile()}`);
  }

  async end(): Promise<void> {
    await this.#card.cut();
    await clearStage(this.#stage);
  }
}

/** As a person's Windows editor would save it. */
function cardFile(token: string, response: Response): string {
  const relay = response === "stop" ? `[printer.senses.relay]\npin = ${RELAY_LINE}\n` : "";
  const text = `token = "${token}"\nname = "proof"\nchip = "${GPIO_CHIP}"\n` +
    `[[printer]]\nname = "${PRINTER}"\nresponse = "${response}"\n${relay}`;
  return `\ufeff${text.replaceAll("\n", "\r\n")}`;
}
