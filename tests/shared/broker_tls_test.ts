import { connect } from "nats";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { issueServerCertificate, makeAuthority } from "../../cloud/provision/certificates.ts";
import { brokerTls, certificateIssue } from "../../shared/broker_tls_shell.ts";
import { hasNatsServer, startNatsServer } from "../nats_server.ts";

const certificates = suite("the broker's certificate");
const DAY_MS = 86_400_000;

interface Broker {
  folder: string;
  /** Its address; `host` is how a client calls it. */
  url(host: string): string;
}

/** A broker with a certificate for `hosts`, issued some days ago for some days; or with none. */
async function withBroker(
  wish: { hosts: string[]; issuedDaysAgo: number; days: number } | null,
  use: (broker: Broker) => Promise<void>,
) {
  const folder = await Deno.makeTempDir();
  const now = new Date();
  const authority = await makeAuthority("s", new Date(now.getTime() - 30 * DAY_MS));
  await Deno.writeTextFile(`${folder}/ca.pem`, authority.certificatePem);
  await Deno.writeTextFile(`${folder}/other.pem`, (await makeAuthority("s", now)).certificatePem);
  let tls = "";
  if (wish) {
    const issued = new Date(now.getTime() - wish.issuedDaysAgo * DAY_MS);
    const made = await issueServerCertificate(authority, wish.hosts, issued, wish.days);
    await Deno.writeTextFile(`${folder}/server.pem`, made.certificatePem);
    await Deno.writeTextFile(`${folder}/server.key`, made.privateKeyPem);
    tls = `tls { cert_file: "${folder}/server.pem", key_file: "${folder}/server.key" }`;
  }
  const server = await startNatsServer(tls);
  try {
    await use({ folder, url: (host) => `tls://${host}:${server.port}` });
  } finally {
    await server.stop();
    await Deno.remove(folder, { recursive: true });
  }
}

/** What a client is told; empty if it was let in. */
async function issueOf(url: string, caFile: string | null): Promise<string> {
  try {
    const tls = brokerTls(url, caFile);
    const client = await connect({ servers: url, tls, timeout: 60_000, reconnect: false });
    await client.close();
    return "";
  } catch (error) {
    return await certificateIssue(url, caFile, error, Date.now()) ?? `unclear: ${error}`;
  }
}

const good = { hosts: ["localhost", "127.0.0.1"], issuedDaysAgo: 1, days: 100 };
const skipped = !await hasNatsServer();
if (skipped) console.log("SKIPPED 'the broker's certificate': nats-server was required, got none");
else {
  certificates(
    "of the pinned authority, for this name, in force: the client is let in",
    async () => {
      await withBroker(good, async ({ folder, url }) => {
        assert.is(await issueOf(url("localhost"), `${folder}/ca.pem`), "");
        assert.is(await issueOf(url("127.0.0.1"), `${folder}/ca.pem`), "");
      });
    },
  );

  certificates("of another authority of the same name: refused, and said so", async () => {
    await withBroker(good, async ({ folder, url }) => {
      const issue = await issueOf(url("127.0.0.1"), `${folder}/other.pem`);
      assert.match(
        issue,
        /of the pinned authority 'CN=Printwarden site s' \(SHA-256 [0-9a-f]{16}…\)/,
      );
      assert.match(issue, /another broker, or its authority was made anew/);
    });
  });

  for (
    const [what, wish, issue] of [
      [
        "that has ended",
        { ...good, issuedDaysAgo: 20, days: 10 },
        /got one that ended .*renews it/,
      ],
      ["that isn't in force yet", { ...good, issuedDaysAgo: -2 }, /clock may be wrong/],
      ["for another name", { ...good, hosts: ["elsewhere"] }, /for '127\.0\.0\.1' was.*--host/],
      // An address must stand in the certificate itself: 'localhost' is everybody's.
      ["for localhost alone", { ...good, hosts: ["localhost"] }, /for '127\.0\.0\.1' was required/],
    ] as const
  ) {
    certificates(`${what}: refused, and said so`, async () => {
      await withBroker({ ...wish, hosts: [...wish.hosts] }, async ({ folder, url }) => {
        assert.match(await issueOf(url("127.0.0.1"), `${folder}/ca.pem`), issue);
      });
    });
  }

  certificates("without a pinned authority a site's own isn't believed", async () => {
    await withBroker(good, async ({ url }) => {
      assert.match(await issueOf(url("127.0.0.1"), null), /no authority is pinned/);
    });
  });

  certificates("a broker in the clear isn't spoken to where encryption is asked", async () => {
    await withBroker(null, async ({ folder, url }) => {
      assert.match(await issueOf(url("127.0.0.1"), `${folder}/ca.pem`), /got one in the clear/);
      const plain = url("127.0.0.1").replace("tls:", "nats:");
      assert.match(await issueOf(plain, `${folder}/ca.pem`), /got one in the clear/);
    });
  });

  certificates("an authority's file that is missing is named", async () => {
    await withBroker(good, async ({ url }) => {
      assert.match(await issueOf(url("127.0.0.1"), "/nowhere/ca.pem"), /\/nowhere\/ca\.pem/);
    });
  });
}

certificates.run();
