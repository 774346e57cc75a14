import { suite } from "uvu";
import * as assert from "uvu/assert";
import { startTraffic } from "../../../scripts/chaos/traffic.ts";
import { Line } from "../../../scripts/printer/shell/libc.ts";

const test = suite("the lines of a chaos run");

test("a killed tap's link is never followed: its number may be another terminal's by now", async () => {
  const folder = await Deno.makeTempDir({ prefix: "printwarden-" });
  const [hostPort, port] = [`${folder}/host.tty`, `${folder}/printer.port`];
  const { line: tap, path } = Line.makePty();
  await Deno.symlink(path, hostPort);
  const traffic = startTraffic(hostPort, port, 1);
  try {
    assert.ok((await Deno.lstat(port)).isSymlink, "the printer is found by a name that lasts");
    assert.match(await Deno.readLink(port), /^\/dev\/pts\//);
    for (let tries = 0; tries < 2; tries++) traffic.mark();
    assert.is(traffic.sent, 1, "one to open the port, one line");
    traffic.lost();
    traffic.mark();
    assert.is(traffic.sent, 1, "the old link leads nowhere any more");
  } finally {
    await traffic.stop();
    tap.close();
    await Deno.remove(folder, { recursive: true });
  }
});

test.run();
