/** A card is taken without any site: its printers are guarded, and mistakes are told. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { CARD, withPi } from "./pi_fixture.ts";

const tests = suite("first boot");

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

tests.run();
