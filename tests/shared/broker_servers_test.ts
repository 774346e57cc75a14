import { suite } from "uvu";
import * as assert from "uvu/assert";
import { brokerServers } from "../../shared/broker_servers.ts";
import { brokerTls } from "../../shared/broker_tls_shell.ts";

const tests = suite("a broker's address");

tests("names one server, or all members of a cluster", () => {
  assert.equal(brokerServers("tls://a:4222"), ["tls://a:4222"]);
  assert.equal(brokerServers("nats://10.0.0.1:4222, [::1]:4223"), [
    "nats://10.0.0.1:4222",
    "nats://[::1]:4223",
  ]);
});

tests("a member may show a certificate for any of the names that were asked for", () => {
  const certificate = { subject: { CN: "x" }, subjectaltname: "IP Address:10.0.0.2" };
  const check = (url: string) =>
    brokerTls(url, null)?.checkServerIdentity("localhost", certificate as never);
  assert.is(check("tls://10.0.0.1:4222,10.0.0.2:4222"), undefined);
  assert.ok(check("tls://10.0.0.1:4222,10.0.0.3:4222") instanceof Error);
  assert.ok(check("tls://10.0.0.1:4222") instanceof Error);
});

tests.run();
