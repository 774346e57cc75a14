import { parse } from "smol-toml";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parseConfig } from "../../../edge/config.ts";
import { Senses } from "../../../edge/config/senses_schema.ts";
import { CardConfig } from "../../../edge/first_boot/card_schema.ts";
import { edgeToml, ser2netYaml, tapEnvironment } from "../../../edge/first_boot/edge_files.ts";
import { firewallRules } from "../../../edge/first_boot/firewall.ts";
import { describePort, foundPorts } from "../../../edge/first_boot/found_port.ts";
import { udevRules } from "../../../edge/first_boot/udev_rules.ts";
import { wifiFile, wifiKey } from "../../../edge/first_boot/wifi.ts";

const tests = suite("what first boot writes");
const CARD = CardConfig.parse(parse(`
chip = "9030000.pl061"
[[printer]]
name = "left"
usb = "1A86:7523"
baud = 250000
from = "192.168.1.20"
[[printer]]
name = "middle"
usb = "socket 1-1.2"
host = "usb"
[[printer]]
name = "right"
usb = "serial AB*1"
[[printer]]
name = "far"
usb = "/dev/ttyAMA0"
`));
const PEERS = { brokerPort: 4222, consolePort: 8443 };
const UDEV = `P: /devices/platform/soc/3f980000.usb/usb1/1-1/1-1.2/1-1.2:1.0/ttyUSB0/tty/ttyUSB0
E: DEVPATH=/devices/platform/soc/3f980000.usb/usb1/1-1/1-1.2/1-1.2:1.0/ttyUSB0/tty/ttyUSB0
E: DEVNAME=/dev/ttyUSB0
E: SUBSYSTEM=tty
E: ID_BUS=usb
E: ID_MODEL=USB_Serial
E: ID_VENDOR_ID=1a86
E: ID_MODEL_ID=7523

E: DEVNAME=/dev/tty1
E: SUBSYSTEM=tty
`;

tests("each printer's link follows its id, its socket or its serial number", () => {
  const rules = udevRules(CARD.printer).split("\n");
  assert.match(rules[1]!, 'ENV{ID_VENDOR_ID}=="1a86", ENV{ID_MODEL_ID}=="7523"');
  assert.match(rules[1]!, 'SYMLINK+="printwarden/left"');
  assert.match(rules[2]!, 'KERNELS=="1-1.2"');
  assert.match(rules[3]!, 'ENV{ID_SERIAL_SHORT}=="AB?1"');
  assert.is(rules.length, 5, "a port of its own path needs no link");
});

tests("what is plugged in is told in the card's own words", () => {
  const [port, ...others] = foundPorts(UDEV);
  assert.is(others.length, 0);
  assert.is(
    describePort(port!),
    'USB Serial at /dev/ttyUSB0: usb = "1a86:7523"  or  usb = "socket 1-1.2"',
  );
});

tests("the agent reads the configuration that enrolment gives it", () => {
  const enrolled = { site: "s", device: "d", brokerUrl: "tls://pw:4222", ownAuthority: true };
  const text = edgeToml(CARD, enrolled, "/etc/printwarden");
  const read = parseConfig(new TextEncoder().encode(text));
  assert.ok(read.ok, read.ok ? "" : read.issue);
  if (!read.ok) return;
  assert.equal(read.value.printer.map(({ port }) => port), [
    "/dev/printwarden/left",
    "/dev/printwarden/middle",
    "/dev/printwarden/right",
    "/dev/ttyAMA0",
  ]);
  assert.is(read.value.gpio.chip, "9030000.pl061");
  assert.is(read.value.nats.caFile, "/etc/printwarden/ca.pem");
});

tests("the tap's unit gets port, rate and the agent's number", () => {
  const text = tapEnvironment(CARD.printer[0]!, 990);
  assert.is(text, "PORT=/dev/printwarden/left\nBAUD=250000\nOPTIONS=--agent-uid 990 --orders\n");
});

tests("a printer keeps its network port when another one is reached otherwise", () => {
  const yaml = ser2netYaml(CARD.printer);
  assert.match(yaml, "connection: &left\n  accepter: telnet(rfc2217),tcp,3333");
  assert.match(yaml, "connection: &right\n  accepter: telnet(rfc2217),tcp,3335");
  assert.not.match(yaml, "middle");
});

tests("the firewall lets the named computer in, and the broker and the console out", () => {
  const rules = firewallRules(CARD, PEERS);
  assert.match(rules, "ip saddr 192.168.1.20 tcp dport 3333 accept");
  assert.match(rules, "tcp dport { 53, 4222, 8443 } accept");
  assert.is(rules.match(/policy drop/g)?.length, 3);
});

tests("nftables understands the rules", async () => {
  const rules = firewallRules(CARD, PEERS);
  const command = new Deno.Command("nft", {
    args: ["-c", "-f", "-"],
    stdin: "piped",
    stderr: "piped",
  });
  let child: Deno.ChildProcess;
  try {
    child = command.spawn();
  } catch {
    return console.log("SKIPPED nftables' own check: nft was required, there is none");
  }
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(rules));
  await writer.close();
  const { code, stderr } = await child.output();
  const said = new TextDecoder().decode(stderr);
  if (said.includes("Operation not permitted") || said.includes("not supported")) {
    return console.log(`SKIPPED nftables' own check: ${said.trim().split("\n")[0]}`);
  }
  assert.is(code, 0, said);
});

tests("the Wi-Fi's key is the standard's (IEEE 802.11, annex J.4.2)", async () => {
  const wifi = { name: "IEEE", password: "password", open: false, country: "DE" };
  const key = await wifiKey(wifi);
  assert.is(key.toHex(), "f42c6fc52df0ebef9ebb4b90b38a5f902e83fe1b135a70e23aed762e9710a12e");
  const file = wifiFile(wifi, key);
  assert.match(file, "ssid=49454545\n");
  assert.not.match(file, "password");
});

tests("a printer's senses go into the agent's configuration, which is then of suite S2", () => {
  const senses = Senses.parse({ heaterGate: { pin: 17 }, relay: { pin: 26 } });
  const printer = CARD.printer.map((one, at) => at === 0 ? { ...one, senses } : one);
  const enrolled = { site: "s1", device: "d1", brokerUrl: "nats://h:1", ownAuthority: false };
  const config = parseConfig(
    new TextEncoder().encode(edgeToml({ ...CARD, printer }, enrolled, "/etc/printwarden")),
  );
  assert.ok(config.ok, config.ok ? "" : config.issue);
  assert.is(config.ok && config.value.printer[0]!.suite, "S2");
  assert.equal(config.ok && config.value.printer[0]!.senses, senses);
});

tests.run();
