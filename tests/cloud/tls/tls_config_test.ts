import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parseConfig } from "../../../cloud/config.ts";
import { challengeResponder } from "../../../cloud/tls/challenge_responder.ts";
import { tlsIssue, type TlsSettings } from "../../../cloud/tls/tls_config.ts";

const config = suite("tlsIssue");
const files = { certFile: "c.pem", keyFile: "k.pem" };
const PUBLIC = "https://prints.example.org";
const acme = parseConfig(`[console.acme]\ncontact = "a@example.org"\ntermsAgreed = true\n`);
if (!acme.ok) throw new Error(acme.issue);
const plain: TlsSettings = {
  hostname: "127.0.0.1",
  publicUrl: null,
  tls: null,
  acme: null,
  proxied: false,
};
const CASES: [string, Partial<TlsSettings>, RegExp | null][] = [
  ["plain HTTP on loopback", {}, null],
  ["plain HTTP on loopback by IPv6", { hostname: "::1" }, null],
  ["plain HTTP for the network", { hostname: "0.0.0.0" }, /beyond loopback, got plain HTTP/],
  ["plain HTTP for one address", { hostname: "192.168.1.5" }, /beyond loopback/],
  ["plain HTTP with a public http address", { hostname: "::", publicUrl: "http://x" }, /beyond/],
  ["files", { hostname: "0.0.0.0", tls: files, publicUrl: PUBLIC }, null],
  ["an authority", { hostname: "0.0.0.0", acme: acme.value.console.acme, publicUrl: PUBLIC }, null],
  ["a proxy", { hostname: "0.0.0.0", proxied: true, publicUrl: PUBLIC }, null],
  ["files without a public address", { tls: files }, /publicUrl with https was required/],
  ["a proxy without TLS", { proxied: true, publicUrl: "http://x" }, /publicUrl with https/],
  ["https that nobody brings", { publicUrl: PUBLIC }, /console.publicUrl says https/],
  [
    "files and an authority",
    { tls: files, acme: acme.value.console.acme, publicUrl: PUBLIC },
    /got both/,
  ],
  ["files behind a proxy", { tls: files, proxied: true, publicUrl: PUBLIC }, /who brings TLS/],
];
for (const [what, change, issue] of CASES) {
  config(`${what} is ${issue ? "refused" : "taken"}`, () => {
    const found = tlsIssue({ ...plain, ...change });
    if (issue) assert.match(found ?? "", issue);
    else assert.is(found, null);
  });
}

config("an authority's terms must be agreed to, and its directory be asked by TLS", () => {
  const toml = (more: string) => parseConfig(`[console.acme]\ncontact = "a@example.org"\n${more}`);
  assert.not.ok(toml("").ok);
  assert.not.ok(toml("termsAgreed = false").ok);
  assert.not.ok(toml('termsAgreed = true\ndirectoryUrl = "http://x.example/dir"').ok);
  assert.not.ok(toml('termsAgreed = true\ndomains = ["a b"]').ok);
  const good = toml('termsAgreed = true\ndomains = ["a.example", "b.example"]');
  assert.ok(good.ok);
  if (good.ok) assert.is(good.value.console.acme?.httpPort, 80);
});
config.run();

const responder = suite("challengeResponder");
const answers = new Map([["token-1", "token-1.thumbprint"]]);
const respond = challengeResponder(answers, PUBLIC);
const get = (path: string, method = "GET") =>
  respond(new Request(`http://prints.example.org${path}`, { method }));

responder("answers the authority, and nothing that it didn't ask for", async () => {
  const found = get("/.well-known/acme-challenge/token-1");
  assert.is(await found.text(), "token-1.thumbprint");
  for (const other of ["token-2", "", "../token-1", "%2e%2e/x", "x".repeat(300)]) {
    assert.is(get(`/.well-known/acme-challenge/${other}`).status === 200, false, other);
  }
});

responder("sends everybody else to the console, and nowhere else", () => {
  const moved = get("/cases?state=all");
  assert.is(moved.status, 308);
  assert.is(moved.headers.get("Location"), `${PUBLIC}/cases?state=all`);
  for (const path of ["//evil.example/x", "/\\evil.example", "/@evil.example"]) {
    assert.is(new URL(get(path).headers.get("Location")!).host, "prints.example.org", path);
  }
  assert.is(get("/sign-in", "POST").status, 426, "a password sent in the clear isn't passed on");
});
responder.run();
