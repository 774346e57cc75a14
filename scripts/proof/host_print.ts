import { type Child, startChild } from "../show/child.ts";
import { PRINTER, type Stage, startHost } from "../show/stage.ts";
import { PLUGGED } from "./foreign_computer.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

/** How the host reaches its printer: `host` of the card's file. */
export type HostWay = "network" | "usb";

/** The printing host, outside of the machine that the card runs. */
export class HostPrint {
  #started: Child[] = [];
  paused = false;

  /** @param networkPort where the card's first printer is offered on this machine */
  constructor(
    private readonly stage: Stage,
    private readonly way: HostWay,
    private readonly networkPort: number,
  ) {}

  /** Begins a print, once the printer is offered; what was begun before is given up. */
  async begin(
    said: () => Promise<string>,
    until: (what: string, look: () => Promise<true | null> | true | null) => Promise<true>,
  ): Promise<string> {
    await this.end();
    const how = this.way === "usb"
      ? await this.#byCable(said, until)
      : await this.#byNetwork(until);
    this.paused = false;
    this.#started.push(
      startHost(this.stage, (line) => this.paused ||= line.includes('"paused"')),
    );
    return how;
  }

  async #byCable(...[said, until]: Parameters<HostPrint["begin"]>): Promise<string> {
    await until(
      "appear as a serial port of a computer",
      async () => (await said()).includes(PLUGGED) || null,
    );
    return "printing through the card as a USB cable, its port found by a computer";
  }

  async #byNetwork(until: Parameters<HostPrint["begin"]>[1]): Promise<string> {
    let connected = false;
    const url = `rfc2217://127.0.0.1:${this.networkPort}?ign_set_control`;
    const wire = `${this.stage.state}/edge/run/${PRINTER}.wire`;
    const bridge = startChild({
      name: "network-port",
      command: "/usr/bin/python3",
      args: [`${ROOT}scripts/proof/rfc2217_bridge.py`, url, wire],
      logFolder: `${this.stage.state}/logs`,
      onLine: () => connected = true,
    });
    this.stage.children.push(bridge);
    this.#started.push(bridge);
    await until("offer its printer by RFC 2217", () => connected || null);
    return "printing over the network, by RFC 2217";
  }

  async end(): Promise<void> {
    for (const child of this.#started.reverse()) await child.stop();
    this.#started = [];
  }
}
