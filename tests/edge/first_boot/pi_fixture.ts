/** A Pi of folders and a machine that notes what first boot asks of it. */
import { join } from "node:path";
import { FirstBoot } from "../../../edge/first_boot/first_boot.ts";
import type { Machine } from "../../../edge/first_boot/machine.ts";

/** A card for one printer, as a person fills it in; `TOKEN` stands where the token goes. */
export const CARD = `name = "shelf"
token = "TOKEN"
[wifi]
name = "Werkstatt"
password = "geheim geheim"
[[printer]]
name = "left"
`;

class ScriptedMachine implements Machine {
  started: string[] = [];
  shown = "";
  onMs = 0;
  name = "";
  cardWrites = 0;
  /** How often the agent is looked for until it guards; and how often it was. */
  agentAfterLooks = 0;
  looks = 0;
  onLook = () => {};
  ports = () => Promise.resolve([]);
  uid = () => Promise.resolve(Deno.uid() ?? 0);
  setName = (name: string) => Promise.resolve(void (this.name = name));
  findPrinters = () => Promise.resolve();
  start = (units: readonly string[]) => Promise.resolve(void this.started.push(...units));
  restart = (units: readonly string[]) => Promise.resolve(void this.started.push(...units));
  show = (text: string) => Promise.resolve(void (this.shown = text));
  blink = ({ onMs }: { onMs: number }) => Promise.resolve(void (this.onMs = onMs));
  agentStatus = () => {
    const runs = this.started.includes("printwarden-agent.service") &&
      ++this.looks > this.agentAfterLooks;
    const printers = [{ name: "left", state: "idle" as const, toldS: null }];
    return Promise.resolve(
      runs ? { v: 1 as const, version: "1.0.0", pid: 7, wallMs: 0, upS: 1, printers } : null,
    );
  };
  wait = () => Promise.resolve(this.onLook());
  whileCardIsWritable = (_: string, doing: () => Promise<void>) => {
    this.cardWrites++;
    return doing();
  };
}

/** What a test does with it. */
export interface Pi {
  machine: ScriptedMachine;
  boot(beside?: boolean): Promise<{ asks: boolean; let_in: boolean }>;
  /** Has the last start say again whether its agent guards. */
  tellGuard(): Promise<void>;
  write(text: string): Promise<void>;
  read(name: string): Promise<string>;
  etc: string;
}

/**
 * Where files are written to memory: first boot waits for the disk at every file, hundreds of times in
 * all, and a disk that somebody else keeps busy takes half a second for each.
 */
async function memory(): Promise<string | undefined> {
  const folder = "/dev/shm";
  const stat = await Deno.stat(folder).catch(() => null);
  return stat?.isDirectory ? folder : undefined;
}

/** A Pi of folders: each call of `boot` is a start of its own. */
export async function withPi(then: (pi: Pi) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir({ prefix: "printwarden-first-boot-", dir: await memory() });
  const places = { card: join(root, "card"), etc: join(root, "etc"), run: join(root, "run") };
  for (const folder of Object.values(places)) await Deno.mkdir(folder);
  const machine = new ScriptedMachine();
  let first: FirstBoot | null = null;
  const boot = async (beside = false) => {
    first = new FirstBoot({ ...places, beside }, machine);
    machine.started = [];
    machine.looks = 0;
    const asks = await first.takeCard();
    return { asks, let_in: asks && await first.enrol() };
  };
  const write = (text: string) => Deno.writeTextFile(join(places.card, "printwarden.toml"), text);
  const read = (name: string) => Deno.readTextFile(join(root, name));
  try {
    const tellGuard = async () => await first?.tellGuard();
    await then({ machine, boot, tellGuard, write, read, etc: places.etc });
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}
