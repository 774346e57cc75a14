/** A card's whole way: taken, its device let in by a real site, its secrets gone, mistakes told. */
import { join } from "node:path";
import * as assert from "uvu/assert";
import type { Aggregator } from "../../../cloud/aggregator.ts";
import { enrolCommand } from "../../../cloud/command_line/device_commands.ts";
import { loadConfig } from "../../../edge/config.ts";
import { FirstBoot } from "../../../edge/first_boot/first_boot.ts";
import type { Machine } from "../../../edge/first_boot/machine.ts";
import type { ProvisionedSite } from "../../../scripts/provisioned_site.ts";
import { siteSuite } from "../../cloud/site_fixture.ts";

const { tests, skipped } = await siteSuite("first boot");
const CARD = `name = "shelf"
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
  ports = () => Promise.resolve([]);
  uid = () => Promise.resolve(Deno.uid() ?? 0);
  setName = (name: string) => Promise.resolve(void (this.name = name));
  findPrinters = () => Promise.resolve();
  start = (units: readonly string[]) => Promise.resolve(void this.started.push(...units));
  restart = (units: readonly string[]) => Promise.resolve(void this.started.push(...units));
  show = (text: string) => Promise.resolve(void (this.shown = text));
  blink = ({ onMs }: { onMs: number }) => Promise.resolve(void (this.onMs = onMs));
  whileCardIsWritable = (_: string, doing: () => Promise<void>) => {
    this.cardWrites++;
    return doing();
  };
}

interface Pi {
  machine: ScriptedMachine;
  boot(beside?: boolean): Promise<{ asks: boolean; let_in: boolean }>;
  write(text: string): Promise<void>;
  read(name: string): Promise<string>;
  etc: string;
}

/** A Pi of folders: each call of `boot` is a start of its own. */
async function withPi(then: (pi: Pi) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir({ prefix: "printwarden-first-boot-" });
  const places = { card: join(root, "card"), etc: join(root, "etc"), run: join(root, "run") };
  for (const folder of Object.values(places)) await Deno.mkdir(folder);
  const machine = new ScriptedMachine();
  const boot = async (beside = false) => {
    const first = new FirstBoot({ ...places, beside }, machine);
    machine.started = [];
    const asks = await first.takeCard();
    return { asks, let_in: asks && await first.enrol() };
  };
  const write = (text: string) => Deno.writeTextFile(join(places.card, "printwarden.toml"), text);
  const read = (name: string) => Deno.readTextFile(join(root, name));
  try {
    await then({ machine, boot, write, read, etc: places.etc });
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

let running: Aggregator | null = null;
const aggregatorOf = async (site: ProvisionedSite) => running ??= await site.aggregator();

async function tokenOf(site: ProvisionedSite, url: string): Promise<string> {
  const made = await enrolCommand(site.config, { label: "shelf", minutes: 10, url }, new Date());
  if (!made.ok) throw new Error(made.issue);
  return made.value.token;
}

tests(
  "a card without a file is told so, and the light blinks quickly",
  () =>
    withPi(async ({ machine, boot, read }) => {
      assert.equal(await boot(), { asks: false, let_in: false });
      assert.match(await read("card/printwarden-status.txt"), "no printwarden.toml");
      assert.match(machine.shown, "no printwarden.toml");
      assert.is(machine.onMs, 100);
    }),
);

tests(
  "mistakes are written beside the file, in the words of its lines",
  () =>
    withPi(async ({ boot, write, read, machine }) => {
      await write(CARD.replace('"left"', '"left').replace("TOKEN", ""));
      await boot();
      assert.match(await read("card/printwarden-status.txt"), "- line 7 can't be read");
      assert.equal(machine.started, []);
    }),
);

tests(
  "beside other work, the machine's name, network, firewall, console and light stay as they are",
  () =>
    withPi(async ({ boot, write, machine, read, etc }) => {
      await write(CARD.replace("TOKEN", ""));
      await boot(true);
      assert.equal(machine.started, ["printwarden-tap@left.service"]);
      assert.equal([machine.name, machine.shown, machine.onMs], ["", "", 0]);
      assert.match(await read("card/printwarden-status.txt"), "/run/printwarden/left.tty");
      const files = [...Deno.readDirSync(etc)].map(({ name }) => name);
      assert.equal(files.sort(), ["card.toml", "tap-left.env"]);
    }),
);

tests(
  "beside other work, a printer's port is opened in the network only where the file says so",
  () =>
    withPi(async ({ boot, write, machine, read }) => {
      await write(CARD.replace("TOKEN", "") + 'host = "network"\n');
      await boot(true);
      assert.ok(machine.started.includes("printwarden-network.service"));
      // A secret in a comment has the whole file rewritten.
      await write(CARD.replace("TOKEN", "") + "# geheim geheim\n");
      await boot(true);
      assert.match(await read("card/printwarden.toml"), 'host = "none"');
      assert.equal(machine.started, ["printwarden-tap@left.service"]);
    }),
);

tests(
  "a wrong file later changes nothing: the printers stay guarded",
  () =>
    withPi(async ({ boot, write, machine, read }) => {
      await write(CARD.replace("TOKEN", ""));
      await boot();
      await write("printer = nonsense\n");
      await boot();
      assert.ok(machine.started.includes("printwarden-tap@left.service"));
      assert.match(await read("card/printwarden-status.txt"), "what it took before");
    }),
);

tests(
  "a card that takes no more writes keeps no printer from its tap, and what stays on it is told",
  () =>
    withPi(async ({ boot, write, machine }) => {
      await write(CARD.replace("TOKEN", ""));
      machine.whileCardIsWritable = () => Promise.reject(new Error("mount: read-only device"));
      machine.blink = () => Promise.reject(new Error("no such light"));
      assert.equal(await boot(), { asks: false, let_in: false });
      assert.ok(machine.started.includes("printwarden-tap@left.service"));
      assert.match(machine.shown, "secrets stay on this card, which can't be written: mount:");
    }),
);

tests(
  "the firewall stands before any port is opened, also where there is no site yet",
  () =>
    withPi(async ({ boot, write, machine, read }) => {
      await write(CARD.replace("TOKEN", "") + 'from = "192.168.1.20"\n');
      await boot();
      const [wall, way] = ["printwarden-firewall.service", "printwarden-network.service"];
      assert.ok(machine.started.includes(wall), machine.started.join());
      assert.ok(machine.started.indexOf(wall) < machine.started.indexOf(way));
      assert.match(await read("run/firewall.nft"), "ip saddr 192.168.1.20 tcp dport 3333 accept");
    }),
);

tests(
  "without the firewall, an address that should keep others out is told to keep out nobody",
  () =>
    withPi(async ({ boot, write, machine, read }) => {
      const named = CARD.replace("TOKEN", "") + 'host = "network"\nfrom = "192.168.1.20"\n';
      await write(named);
      await boot(true);
      const status = await read("card/printwarden-status.txt");
      assert.match(status, "printer left: 'from' keeps nobody out");
      await write(`firewall = false\n${named}`);
      await boot();
      assert.match(machine.shown, "printer left: 'from' keeps nobody out");
    }),
);

tests(
  "a token that is missing or cut short is told, instead of waiting for a site for ever",
  () =>
    withPi(async ({ boot, write, machine }) => {
      await write(CARD.replace("TOKEN", ""));
      await boot();
      assert.match(machine.shown, "'token': this device is in no site yet");
      await write(CARD.replace("TOKEN", "pwe_abcdefghijkl"));
      assert.equal(await boot(), { asks: false, let_in: false });
      assert.match(machine.shown, "'token': Cannot read the token");
      assert.not.match(machine.shown, "Waiting for the site");
    }),
);

if (!skipped) {
  tests("a site lets the device in; then no secret is left on the card", async ({ site }) => {
    const { url } = await aggregatorOf(site);
    const token = await tokenOf(site, url);
    await withPi(async ({ boot, write, read, machine, etc }) => {
      await write(CARD.replace("TOKEN", token).replaceAll("\n", "\r\n"));
      assert.equal(await boot(), { asks: true, let_in: true }, machine.shown);
      const card = await read("card/printwarden.toml");
      assert.not.match(card, token);
      assert.not.match(card, "geheim");
      assert.match(card, '[[printer]]\r\nname = "left"\r\n');
      assert.not.match(await read("etc/card.toml"), "geheim");
      const config = await loadConfig(join(etc, "edge.toml"));
      assert.ok(config.ok, config.ok ? "" : config.issue);
      assert.is((await Deno.stat(join(etc, "device.nk"))).mode! & 0o777, 0o600);
      assert.match(await read("card/printwarden-status.txt"), "All is well");
      assert.match(machine.shown, "rfc2217://shelf.local:3333");
      assert.ok(machine.started.includes("printwarden-agent.service"));
      assert.is(machine.name, "shelf");

      const writes = machine.cardWrites;
      assert.equal(await boot(), { asks: false, let_in: false }, "a second start asks nobody");
      assert.is(machine.cardWrites, writes, "and writes nothing on the card");
      assert.ok(machine.started.includes("printwarden-agent.service"));
    });
  });

  tests(
    "a power cut between the site's answer and the card's cleaning leaves nothing behind",
    async ({ site }) => {
      const { url } = await aggregatorOf(site);
      const token = await tokenOf(site, url);
      await withPi(async ({ boot, write, read }) => {
        await write(CARD.replace("TOKEN", token));
        await boot();
        const device = JSON.parse(await read("etc/enrolled.json")).device;
        await write(CARD.replace("TOKEN", token));
        assert.equal(await boot(), { asks: false, let_in: false });
        assert.not.match(await read("card/printwarden.toml"), token);
        assert.is(JSON.parse(await read("etc/enrolled.json")).device, device);
      });
    },
  );

  tests(
    "while the site isn't there the token stays, and the status says what is missing",
    async ({ site }) => {
      const token = await tokenOf(site, "http://127.0.0.1:9");
      await withPi(async ({ boot, write, read, machine }) => {
        await write(CARD.replace("TOKEN", token));
        assert.equal(await boot(), { asks: true, let_in: false });
        assert.match(await read("card/printwarden.toml"), token);
        assert.match(await read("card/printwarden-status.txt"), "had to answer");
        assert.is(machine.onMs, 800);
      });
    },
  );
}

tests.run();
