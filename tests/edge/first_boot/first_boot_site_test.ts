/** A card's way into a real site: taken, its device let in, its secrets gone. */
import { join } from "node:path";
import * as assert from "uvu/assert";
import type { Aggregator } from "../../../cloud/aggregator.ts";
import { enrolCommand } from "../../../cloud/command_line/device_commands.ts";
import { loadConfig } from "../../../edge/config.ts";
import type { ProvisionedSite } from "../../../scripts/provisioned_site.ts";
import { siteSuite } from "../../cloud/site_fixture.ts";
import { CARD, withPi } from "./pi_fixture.ts";

const { tests, skipped } = await siteSuite("first boot with a site");

let running: Aggregator | null = null;
const aggregatorOf = async (site: ProvisionedSite) => running ??= await site.aggregator();

async function tokenOf(site: ProvisionedSite, url: string): Promise<string> {
  const made = await enrolCommand(site.config, { label: "shelf", minutes: 10, url }, new Date());
  if (!made.ok) throw new Error(made.issue);
  return made.value.token;
}

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
