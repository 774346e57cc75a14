import { suite } from "uvu";
import * as assert from "uvu/assert";
import { loadConfig } from "../../../edge/config.ts";
import { agentPermissions } from "../../../edge/config/permissions.ts";

const tests = suite("agentPermissions");

async function permissionsOf(more = ""): Promise<string[]> {
  const folder = await Deno.makeTempDir({ prefix: "printwarden-permissions-" });
  const file = `${folder}/edge.toml`;
  await Deno.writeTextFile(
    file,
    `site = "s1"
device = "d1"
state = "/var/lib/printwarden"
[nats]
url = "tls://broker.example.org:4443"
keyFile = "/etc/printwarden/device.nk"
trustFile = "/etc/printwarden/trust.json"
${more}
[[printer]]
name = "left"
port = "/dev/ttyUSB0"
[[printer]]
name = "right"
port = "/dev/ttyUSB1"
`,
  );
  const config = await loadConfig(file);
  if (!config.ok) throw new Error(config.issue);
  const permissions = agentPermissions(config.value, file, "/opt/printwarden");
  await Deno.remove(folder, { recursive: true });
  return permissions;
}

tests("the agent may reach its broker and its taps, and nothing else", async () => {
  const net = (await permissionsOf()).find((one) => one.startsWith("--allow-net="));
  assert.is(
    net,
    "--allow-net=broker.example.org:4443,unix:/run/printwarden/left.sock," +
      "unix:/run/printwarden/right.sock",
  );
});

tests("it writes to its state and its run folder alone", async () => {
  const permissions = await permissionsOf();
  assert.ok(permissions.includes("--allow-write=/var/lib/printwarden,/run/printwarden"));
});

tests("it reads its keys, its certificate authority and its own program", async () => {
  const permissions = await permissionsOf(`caFile = "/etc/printwarden/ca.pem"`);
  const read = permissions.find((one) => one.startsWith("--allow-read="))!.split("=")[1]!;
  for (const file of ["device.nk", "signing.nk", "trust.json", "ca.pem"]) {
    assert.ok(read.split(",").includes(`/etc/printwarden/${file}`), file);
  }
  assert.ok(read.startsWith("/opt/printwarden,"));
  assert.not.ok(read.split(",").some((path) => ["/", "/etc", "/dev", "/run"].includes(path)));
});

tests(
  "it gets no FFI, no device, no system information, and no program but systemd-notify",
  async () => {
    const permissions = await permissionsOf();
    assert.not.ok(permissions.some((one) => /^--allow-(ffi|sys|import|all)|-A|\/dev\//.test(one)));
    assert.ok(permissions.includes("--allow-run=/usr/bin/systemd-notify"));
    assert.ok(permissions.every((one) => /^--allow-\w+=./.test(one)), "each is bounded");
  },
);

tests.run();
