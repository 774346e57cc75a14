/** A printer reached over the network: pyserial's RFC 2217, Debian's ser2net, the tap, the printer. */
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { CardConfig } from "../../../edge/first_boot/card_schema.ts";
import { ser2netYaml } from "../../../edge/first_boot/edge_files.ts";
import { freePort } from "../../../scripts/container/free_port.ts";
import { startTap } from "../over_tap_fixture.ts";
import { until } from "../publish/site_fixture.ts";

const tests = suite("a printer in the network");
const ROOT = new URL("../../../", import.meta.url).pathname;
const ASK = `
import serial, sys, time
port = serial.serial_for_url(sys.argv[1], baudrate=250000, timeout=1)
port.baudrate = 115200
end = time.time() + 40
said = b""
while b"FIRMWARE_NAME" not in said and time.time() < end:
    port.write(b"M115\\n")
    time.sleep(0.5)
    said += port.read(max(1, port.in_waiting))
sys.stdout.write(said.decode("ascii", "replace"))
`;

/** What a person would have to install first; null if nothing. */
async function lacking(): Promise<string | null> {
  for (
    const [what, line] of [["ser2net", "command -v ser2net || test -x /usr/sbin/ser2net"], [
      "python3-serial",
      "/usr/bin/python3 -c 'import serial'",
    ]]
  ) {
    const { success } = await new Deno.Command("sh", { args: ["-c", line!], stderr: "null" })
      .output();
    if (!success) return what!;
  }
  return null;
}

const missing = await lacking();
if (missing !== null) {
  console.log(`SKIPPED a printer in the network: Debian's ${missing} was required, got none`);
  tests.skip("answers a host that speaks RFC 2217, through the tap", () => {});
} else {
  tests("answers a host that speaks RFC 2217, through the tap", async () => {
    const state = await Deno.makeTempDir({ prefix: "printwarden-network-" });
    await Deno.mkdir(join(state, "run"));
    const link = join(state, "printer");
    const children: Deno.ChildProcess[] = [];
    const start = (name: string, args: string[]) => {
      const quiet = { stdin: "piped", stdout: "null", stderr: "null" } as const;
      const child = new Deno.Command(name, { args, cwd: ROOT, ...quiet }).spawn();
      children.push(child);
    };
    try {
      start(Deno.execPath(), ["run", "-A", "scripts/printer/main.ts", "--link", link]);
      await until(() => Deno.lstat(link).then(() => true, () => false), "the printer's link");
      children.push(await startTap(state, link));
      const port = freePort();
      const { printer } = CardConfig.parse({ printer: [{ name: "p1" }] });
      const yaml = ser2netYaml(printer, join(state, "run")).replace("tcp,3333", `tcp,${port}`);
      await Deno.writeTextFile(join(state, "ser2net.yaml"), yaml);
      const path = Deno.env.get("PATH") ?? "";
      Deno.env.set("PATH", `${path}:/usr/sbin`);
      start("ser2net", ["-n", "-u", "-c", join(state, "ser2net.yaml")]);
      const command = new Deno.Command("/usr/bin/python3", {
        args: [
          "-c",
          `import time; time.sleep(1)\n${ASK}`,
          `rfc2217://127.0.0.1:${port}?ign_set_control`,
        ],
      });
      const { stdout, stderr } = await command.output();
      const said = new TextDecoder().decode(stdout);
      assert.match(said, "FIRMWARE_NAME", said + new TextDecoder().decode(stderr));
    } finally {
      for (const child of children.reverse()) {
        child.kill("SIGKILL");
        await child.status;
      }
      await Deno.remove(state, { recursive: true });
    }
  });
}

tests.run();
