import { connect } from "nats";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { request } from "../../../cloud/broker/request.ts";
import { hasNatsServer, startNatsServer } from "../../nats_server.ts";

const asking = suite("a request through the broker");

if (!await hasNatsServer()) {
  console.log("SKIPPED 'a request through the broker': nats-server was required, got none");
} else {
  asking("says in words why there was no reply", async () => {
    const server = await startNatsServer("max_payload: 65536");
    const connection = await connect({ servers: server.url });
    try {
      connection.subscribe("silent", { callback: () => {} });
      connection.subscribe("echo", {
        callback: (_error, message) => message.respond(message.headers?.get("Word") ?? ""),
      });
      const said = async (subject: string, size: number) => {
        const asked = await request(connection, subject, new Uint8Array(size), 200);
        return asked.ok ? "" : asked.issue;
      };
      assert.match(await said("nobody", 1), /^Cannot ask 'nobody': .*nobody listens there$/);
      assert.match(await said("silent", 1), /none within 0\.2 s$/);
      assert.match(await said("silent", 70_000), /takes 65536 bytes at most \(max_payload/);
      const heard = await request(connection, "echo", new Uint8Array(), 2000, { Word: "hello" });
      assert.ok(heard.ok && new TextDecoder().decode(heard.value) === "hello");
    } finally {
      await connection.close();
      await server.stop();
    }
  });
}

asking.run();
