import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { SensesServer } from "../../../edge/senses/server.ts";

const tests = suite("senses' socket");

tests("an order that fails is told with its reason, and ends the connection alone", async () => {
  const folder = await Deno.makeTempDir({ prefix: "printwarden-senses-" });
  const path = join(folder, "senses.sock");
  const logged: string[] = [];
  const server = new SensesServer(path, {
    hello: () => ({ v: 1, type: "hello", bootId: crypto.randomUUID(), printers: [] }),
    take: () => {
      throw new Error("the board is on fire");
    },
    log: (text) => logged.push(text),
  });
  await server.listen();
  void server.serve();
  const order = { v: 1, type: "release", id: crypto.randomUUID(), printer: "p1", by: "a person" };
  for (let asked = 1; asked <= 2; asked++) {
    const socket = await Deno.connect({ transport: "unix", path });
    await socket.write(new TextEncoder().encode(`${JSON.stringify(order)}\n`));
    for await (const _ of socket.readable);
    assert.is(logged.length, asked);
    assert.match(logged.at(-1)!, "a message of type 'release' failed: Error: the board is on fire");
  }
  server.close();
  await Deno.remove(folder, { recursive: true });
});

tests.run();
