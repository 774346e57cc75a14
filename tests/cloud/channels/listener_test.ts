/** A machine that hears alerts on plain NATS with the key that provisioning made for it. */
import { connect, nkeyAuthenticator } from "nats";
import * as assert from "uvu/assert";
import { Notice } from "../../../cloud/channels/notice.ts";
import { provision } from "../../../cloud/provision/provision.ts";
import { brokerTls } from "../../../shared/broker_tls_shell.ts";
import { DEVICE, OTHER_DEVICE, SITE, siteSuite, until } from "../site_fixture.ts";
import { join as joinConsole } from "../console/http_fixture.ts";

const { tests, skipped } = await siteSuite("a machine that listens");

if (!skipped) {
  tests("hears what is meant for machines, and may do nothing else", async ({ site }) => {
    const devices = [DEVICE, OTHER_DEVICE];
    await provision({ state: site.state, site: SITE, devices, listeners: ["bell"] });
    await site.killNats();
    await site.startNats();
    const aggregator = await site.aggregator();
    const seed = await Deno.readTextFile(`${site.state}/listeners/bell.nk`);
    const machine = await connect({
      servers: site.natsUrl,
      tls: brokerTls(site.natsUrl, `${site.state}/listeners/ca.pem`),
      authenticator: nkeyAuthenticator(new TextEncoder().encode(seed.trim())),
    });
    const errors: string[] = [];
    (async () => {
      for await (const status of machine.status()) errors.push(String(status.data));
    })();
    const heard: Notice[] = [];
    const listening = machine.subscribe("printwarden-cloud.v1.notice.*", {
      callback: (error, message) => void (error ?? heard.push(Notice.parse(message.json()))),
    });
    await machine.flush();
    assert.equal(errors, []);

    const person = await joinConsole(aggregator, aggregator.setUpUrl!.split("/join/")[1]!, "Mira");
    await person.post("/alerts/channels", { type: "nats", name: "Bell", subject: "bell" });
    const html = await (await person.get("/alerts")).text();
    const id = /\/alerts\/channels\/([0-9a-f-]{36})\/test/.exec(html)?.[1];
    await person.post(`/alerts/channels/${id}/test`, {});
    await until("the notice", () => heard[0]);
    assert.is(heard[0]?.kind, "test");

    for (const subject of ["printwarden.v1.site1.dev1.p1.presence", "printwarden-cloud.v1.audit"]) {
      machine.publish(subject, "x");
    }
    machine.subscribe("printwarden.v1.>", { callback: () => {} });
    machine.subscribe("printwarden-cloud.v1.>", { callback: () => {} });
    await machine.flush();
    await until(
      "four refusals",
      () => errors.filter((one) => one.includes("PERMISSIONS_VIOLATION")).length >= 4,
    );
    listening.unsubscribe();
    await machine.close();
  });
}

tests.run();
