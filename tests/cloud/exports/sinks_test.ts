import { createSocket } from "node:dgram";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ForwardTo } from "../../../cloud/exports/forward_config.ts";
import { httpSink } from "../../../cloud/exports/http_sink_shell.ts";
import { syslogSink } from "../../../cloud/exports/syslog_sink_shell.ts";
import { until } from "../site_fixture.ts";
import { httpReceiver, selfSigned, syslogReceiver } from "./receivers.ts";

const sinks = suite("receivers of forwards");

function target(transport: "udp" | "tcp" | "tls", port: number, host = "127.0.0.1") {
  const to = ForwardTo.parse({ type: "syslog", transport, host, port });
  if (to.type !== "syslog") throw new Error("unreachable");
  return to;
}

const listen = (port = 0) => Deno.listen({ hostname: "127.0.0.1", port });

sinks("syslog over TCP counts octets, so that a message may hold anything", async () => {
  const receiver = syslogReceiver(listen());
  const sink = syslogSink(target("tcp", receiver.port), []);
  for (const text of ["<1>1 a", "with\nline end", "€uro"]) {
    assert.equal(await sink.send(text, "1"), { type: "taken" });
  }
  await until("three messages", () => receiver.messages.length === 3);
  assert.equal(receiver.messages, ["<1>1 a", "with\nline end", "€uro"]);
  await sink.close();
  receiver.close();
});

sinks("syslog over TCP comes back after its receiver was gone", async () => {
  const first = syslogReceiver(listen());
  const sink = syslogSink(target("tcp", first.port), []);
  await sink.send("one", "1");
  await until("the first", () => first.messages.length === 1);
  first.close();
  await until("a refusal", async () => (await sink.send("lost", "2")).type === "unreachable");
  const second = syslogReceiver(listen(first.port));
  assert.equal(await sink.send("two", "3"), { type: "taken" });
  await until("the second", () => second.messages.length === 1);
  await sink.close();
  second.close();
});

sinks("of an answer without end only the beginning is read", async () => {
  let sent = 0;
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, () => {
    const body = new ReadableStream({
      pull(controller) {
        sent++;
        controller.enqueue(new TextEncoder().encode("no ".repeat(10_000)));
      },
    });
    return new Response(body, { status: 500 });
  });
  const sink = httpSink(`http://127.0.0.1:${server.addr.port}`, "text/plain", null);
  const said = await sink.send("x", "1");
  assert.is(said.type, "unreachable");
  if (said.type !== "taken") {
    assert.ok(said.issue.length < 400, said.issue);
    assert.match(said.issue, "got 500 no no", "without waiting for its time to be over");
  }
  const before = sent;
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.ok(sent - before < 200, "and the rest isn't fetched");
  await server.shutdown();
});

sinks("syslog over UDP sends one message a datagram", async () => {
  const received: string[] = [];
  const socket = createSocket("udp4").on("message", (bytes) => received.push(bytes.toString()));
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const sink = syslogSink(target("udp", socket.address().port), []);
  await sink.send("<1>1 a", "1");
  await until("a datagram", () => received.length === 1);
  assert.equal(received, ["<1>1 a"]);
  await sink.close();
  socket.close();
});

sinks("syslog over TLS trusts the authority that it was given, and no other", async () => {
  const folder = await Deno.makeTempDir();
  const pair = await selfSigned(folder);
  if (pair === null) return console.log("SKIPPED TLS: openssl was required, got none");
  const listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, ...pair });
  const receiver = syslogReceiver(listener);
  const trusting = syslogSink(target("tls", receiver.port, "localhost"), [pair.cert]);
  assert.equal(await trusting.send("<1>1 a", "1"), { type: "taken" });
  await until("a message", () => receiver.messages.length === 1);
  await trusting.close();
  const wary = syslogSink(target("tls", receiver.port, "localhost"), []);
  const delivery = await wary.send("<1>1 b", "2");
  assert.is(delivery.type, "unreachable");
  assert.match(
    delivery.type === "unreachable" ? delivery.issue : "",
    "Cannot send to tls://localhost",
  );
  await wary.close();
  receiver.close();
  await Deno.remove(folder, { recursive: true });
});

sinks("HTTP carries the id, the media type and the authorization", async () => {
  const receiver = httpReceiver();
  const sink = httpSink(receiver.url, "application/json", "Bearer x");
  assert.equal(await sink.send("{}", "id-1"), { type: "taken" });
  const [{ headers, body }] = receiver.requests as [typeof receiver.requests[0]];
  assert.equal(
    [body, headers.get("Idempotency-Key"), headers.get("Content-Type")],
    ["{}", "id-1", "application/json"],
  );
  assert.is(headers.get("Authorization"), "Bearer x");
  await receiver.close();
});

for (
  const [status, type] of [
    [500, "unreachable"],
    [401, "unreachable"],
    [302, "unreachable"],
    [
      429,
      "unreachable",
    ],
    [400, "rejected"],
    [413, "rejected"],
  ] as const
) {
  sinks(`HTTP ${status} means ${type}`, async () => {
    const receiver = httpReceiver();
    receiver.status = status;
    const delivery = await httpSink(receiver.url, "application/json", null).send("{}", "1");
    assert.is(delivery.type, type);
    assert.match(JSON.stringify(delivery), `an answer 2xx was required, got ${status} heard`);
    await receiver.close();
  });
}

sinks("HTTP to nobody says so", async () => {
  const delivery = await httpSink("http://127.0.0.1:1/", "text/plain", null).send("x", "1");
  assert.match(JSON.stringify(delivery), "Cannot post to http://127.0.0.1:1");
});

sinks.run();
