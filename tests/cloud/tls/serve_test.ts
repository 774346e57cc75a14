import * as assert from "uvu/assert";
import { suite } from "uvu";
import { startAggregator } from "../../../cloud/aggregator.ts";
import { certificateFiles, readFiles } from "../../../cloud/tls/certificate_files_shell.ts";
import { serveConsole } from "../../../cloud/tls/console_server.ts";
import { siteSuite, until } from "../site_fixture.ts";
import { askByTls, hasOpenssl, makeCertificate } from "./certificates.ts";

if (!hasOpenssl) console.log("SKIPPED the console by TLS: openssl was required, got none");
const files = suite("certificate files");

if (hasOpenssl) {
  files("are read if they belong together, and refused in words if not", async () => {
    const folder = await Deno.makeTempDir();
    const [one, two] = [await makeCertificate(folder, "one"), await makeCertificate(folder, "two")];
    assert.ok((await readFiles(one.files.cert, one.files.key)).ok);
    const bad = [
      [one.files.cert, two.files.key, /its own key/],
      [one.files.key, one.files.key, /PEM/],
      [`${folder}/none`, one.files.key, /Cannot read a certificate/],
    ] as const;
    for (const [cert, key, words] of bad) {
      const read = await readFiles(cert, key);
      assert.not.ok(read.ok);
      if (!read.ok) assert.match(read.issue, words);
    }
    await Deno.remove(folder, { recursive: true });
  });

  files(
    "are used anew when they change; half a renewal and open streams are left alone",
    async () => {
      const folder = await Deno.makeTempDir();
      const [one, two] = [
        await makeCertificate(folder, "one"),
        await makeCertificate(folder, "two"),
      ];
      const live = { cert: `${folder}/live.cert.pem`, key: `${folder}/live.key.pem` };
      const put = async (made: typeof one, which: ("cert" | "key")[]) => {
        for (const part of which) await Deno.copyFile(made.files[part], live[part]);
      };
      await put(one, ["cert", "key"]);
      const source = await certificateFiles(live.cert, live.key, 20);
      if (!source.ok) throw new Error(source.issue);
      const stop = new AbortController();
      let finish = () => {};
      const handler = (request: Request) => {
        if (!request.url.endsWith("/live")) return new Response("here");
        const body = new ReadableStream<Uint8Array>({
          start(controller) {
            controller.enqueue(new TextEncoder().encode("begun "));
            finish = () => {
              controller.enqueue(new TextEncoder().encode("and ended"));
              controller.close();
            };
          },
        });
        return new Response(body);
      };
      const server = serveConsole("127.0.0.1", 0, source.value, handler, stop.signal);
      const url = `https://localhost:${server.port}`;
      assert.is((await askByTls(`${url}/`, one.cert)).text, "here");
      const stream = askByTls(`${url}/live`, one.cert);
      await put(two, ["cert"]);
      await new Promise((resolve) => setTimeout(resolve, 100));
      assert.is(
        (await askByTls(`${url}/`, one.cert)).text,
        "here",
        "half a renewal changes nothing",
      );
      await put(two, ["key"]);
      await until(
        "the new certificate",
        () => askByTls(`${url}/`, two.cert).then(({ text }) => text === "here", () => false),
      );
      finish();
      assert.is((await stream).text, "begun and ended", "what was open goes on");
      stop.abort();
      await server.close();
      await Deno.remove(folder, { recursive: true });
    },
  );
}
files.run();

const { tests, skipped } = await siteSuite("the console by TLS");
if (!skipped && hasOpenssl) {
  tests("is served with secure cookies and told to be the only way in", async ({ site }) => {
    const made = await makeCertificate(site.state, "console");
    const console = {
      ...site.config.console,
      publicUrl: "https://localhost",
      tls: { certFile: "console.cert.pem", keyFile: "console.key.pem" },
    };
    const aggregator = await startAggregator({ ...site.config, console }, await site.broker());
    try {
      assert.match(aggregator.url, /^https:\/\/localhost:/);
      const page = await askByTls(`${aggregator.url}/sign-in`, made.cert);
      assert.is(page.status, 200);
      assert.match(page.headers.get("Strict-Transport-Security") ?? "", /max-age=\d{7,}/);
      const joined = await askByTls(`${aggregator.url}/join`, made.cert, {
        method: "POST",
        headers: { Origin: new URL(aggregator.url).origin },
        body: new URLSearchParams({
          credential: aggregator.setUpUrl!.split("/join/")[1]!,
          name: "Mira",
          password: "correct horse battery staple",
          again: "correct horse battery staple",
        }),
      });
      assert.is(joined.status, 303);
      const cookie = joined.headers.get("Set-Cookie") ?? "";
      for (
        const part of ["__Host-pw-session=", "Secure", "HttpOnly", "SameSite=Strict", "Path=/"]
      ) {
        assert.match(cookie, new RegExp(part), part);
      }
    } finally {
      await aggregator.close();
    }
  });

  const REFUSED = [
    [{ hostname: "0.0.0.0" }, /plain HTTP on '0.0.0.0'/],
    [{ publicUrl: "https://x.example", tls: { certFile: "none", keyFile: "none" } }, /Cannot read/],
  ] as const;
  for (const [change, words] of REFUSED) {
    tests(`isn't started with ${JSON.stringify(change)}`, async ({ site }) => {
      const console = { ...site.config.console, ...change };
      const broker = await site.broker();
      let refused = "";
      await startAggregator({ ...site.config, console }, broker).then(
        (started) => started.close(),
        (error) => refused = String(error),
      );
      assert.match(refused, words);
    });
  }

  tests("behind a stated proxy failures count for whom it speaks for", async ({ site }) => {
    const console = { ...site.config.console, publicUrl: "https://x.example", proxied: true };
    const aggregator = await startAggregator({ ...site.config, console }, await site.broker());
    const failFrom = async (forwarded: string, name: string) =>
      (await aggregator.request("http://x.example/sign-in", {
        method: "POST",
        headers: { Origin: "https://x.example", "X-Forwarded-For": forwarded },
        body: new URLSearchParams({ name, password: "wrong" }),
      })).status;
    try {
      for (let n = 0; n < 5; n++) assert.is(await failFrom(`${n}.1.1.1, 10.0.0.7`, "Mira"), 401);
      assert.is(
        await failFrom("9.9.9.9, 10.0.0.7", "Mira"),
        429,
        "what others wrote counts nothing",
      );
      assert.is(await failFrom("10.0.0.8", "Mira"), 401);
    } finally {
      await aggregator.close();
    }
  });
}
tests.run();
