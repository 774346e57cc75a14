/** E-mail against a real SMTP server, in the clear, with STARTTLS and with TLS at once. */
import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type MailServer, sendEmail } from "../../../cloud/channels/email.ts";
import { KEY, outgoing } from "./outgoing_fixture.ts";

const tests = suite("sendEmail");
const WAY = { type: "email", address: "mira@example.org" } as const;

interface Mailbox {
  port: number;
  got: { text: string; to: string[]; secure: boolean; user: string }[];
  close(): Promise<void>;
}

const IN_THE_CLEAR: SMTPServerOptions = { disabledCommands: ["STARTTLS"] };

async function mailbox(options: SMTPServerOptions = IN_THE_CLEAR): Promise<Mailbox> {
  const got: Mailbox["got"] = [];
  const server = new SMTPServer({
    name: "mail.example",
    authOptional: true,
    ...options,
    onData(stream, session, done) {
      const chunks: Uint8Array[] = [];
      stream.on("data", (chunk: Uint8Array) => chunks.push(chunk));
      stream.on("end", () => {
        got.push({
          text: new TextDecoder().decode(new Uint8Array(chunks.flatMap((one) => [...one]))),
          to: session.envelope.rcptTo.map((one) => one.address),
          secure: session.secure,
          user: String(session.user ?? ""),
        });
        done();
      });
    },
  });
  server.on("error", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const { port } = server.server.address() as AddressInfo;
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { port, got, close };
}

function mailServer(port: number, change: Partial<MailServer> = {}): MailServer {
  return {
    host: "localhost",
    port,
    security: "none",
    user: null,
    password: null,
    from: "guard@farm.example",
    ca: null,
    ...change,
  };
}

async function certificate(): Promise<{ key: string; cert: string } | null> {
  const folder = await Deno.makeTempDir();
  const args = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 " +
    `-keyout ${folder}/key -out ${folder}/cert -subj /CN=localhost ` +
    "-addext subjectAltName=DNS:localhost";
  try {
    await new Deno.Command("openssl", { args: args.split(" "), stderr: "null" }).output();
    return {
      key: await Deno.readTextFile(`${folder}/key`),
      cert: await Deno.readTextFile(`${folder}/cert`),
    };
  } catch {
    console.log("SKIPPED 'e-mail over TLS': openssl was required, got none");
    return null;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

tests("hands over subject, text and link, under the alert's key", async () => {
  const box = await mailbox();
  const sent = await sendEmail(mailServer(box.port), WAY, outgoing());
  assert.is(sent.type, "delivered", sent.detail);
  const [{ text, to }] = box.got as [Mailbox["got"][0]];
  assert.equal(to, ["mira@example.org"]);
  assert.match(text, `Message-ID: <${KEY}@farm.example>`);
  assert.match(text, /^Subject: .*Dr=C3=BCcker/m);
  assert.match(text, "told 195 =C2=B0C");
  assert.match(text, "https://console.example/cases/1");
  assert.match(text, "Auto-Submitted: auto-generated");
  await box.close();
});

tests("a line break in a title forges no header", async () => {
  const box = await mailbox();
  const text = { ...outgoing().text, title: "a\r\nBcc: evil@example.org" };
  await sendEmail(mailServer(box.port), WAY, outgoing({ text }));
  assert.equal(box.got[0]!.to, ["mira@example.org"]);
  assert.not.match(box.got[0]!.text, /^Bcc:/m);
  await box.close();
});

tests("signs in over TLS, at once or after STARTTLS, and never without", async () => {
  const tls = await certificate();
  if (!tls) return;
  const onAuth: SMTPServerOptions["onAuth"] = ({ username, password }, _session, done) =>
    username === "guard" && password === "secret"
      ? done(null, { user: username })
      : done(new Error("Invalid username or password"));
  for (const security of ["tls", "starttls"] as const) {
    const box = await mailbox({ ...tls, secure: security === "tls", authOptional: false, onAuth });
    const known = { security, user: "guard", password: "secret", ca: tls.cert };
    const sent = await sendEmail(mailServer(box.port, known), WAY, outgoing());
    assert.is(sent.type, "delivered", sent.detail);
    assert.equal(box.got.map((one) => [one.secure, one.user]), [[true, "guard"]]);
    const wrong = { ...known, password: "wrong" };
    assert.is((await sendEmail(mailServer(box.port, wrong), WAY, outgoing())).type, "failed");
    const untrusted = { ...known, ca: null };
    assert.is((await sendEmail(mailServer(box.port, untrusted), WAY, outgoing())).type, "failed");
    assert.is(box.got.length, 1);
    await box.close();
  }
  const plain = await mailbox();
  const asked = mailServer(plain.port, { security: "starttls", ca: tls.cert });
  assert.is((await sendEmail(asked, WAY, outgoing())).type, "failed");
  assert.equal(plain.got, []);
  await plain.close();
});

tests("an address that doesn't exist is never tried again; a full box is", async () => {
  const table = [[550, "refused"], [452, "failed"]] as const;
  for (const [responseCode, type] of table) {
    const box = await mailbox({
      ...IN_THE_CLEAR,
      onRcptTo: (_address, _session, done) =>
        done(Object.assign(new Error("no"), { responseCode })),
    });
    const sent = await sendEmail(mailServer(box.port), WAY, outgoing());
    assert.is(sent.type, type, sent.detail);
    await box.close();
  }
});

tests("no server there is a failure in words", async () => {
  const box = await mailbox();
  await box.close();
  const sent = await sendEmail(mailServer(box.port), WAY, outgoing());
  assert.is(sent.type, "failed");
  assert.ok(sent.detail.length > 5);
});

tests.run();
