import { suite } from "uvu";
import * as assert from "uvu/assert";
import { advisories, readAudit } from "../../../scripts/supply/advisories.ts";
import { isWelcome, licenceIssues } from "../../../scripts/supply/licences.ts";
import { sbom } from "../../../scripts/supply/sbom.ts";
import { shippedPackages } from "../../../scripts/supply/shipped.ts";

const tests = suite("what we ship");
const packages = await shippedPackages();
const names = new Set(packages.map(({ name }) => name));

tests("it is what edge, cloud and shared import, and what that needs in turn", () => {
  for (const name of ["zod", "jose", "hono", "nats", "nkeys.js", "uplot", "smol-toml"]) {
    assert.ok(names.has(name), name);
  }
  assert.ok(packages.find(({ name }) => name === "nats")!.direct);
  assert.not.ok(packages.find(({ name }) => name === "nkeys.js")!.direct);
});

tests("what only scripts and tests use stays with us", () => {
  for (const name of ["uvu", "fast-check", "playwright-core", "oidc-provider", "axe-core"]) {
    assert.not.ok(names.has(name), name);
  }
});

tests("each has a licence that fits beside ours, and a digest", () => {
  assert.equal(licenceIssues(packages), []);
  for (const { id, integrity } of packages) assert.match(integrity ?? "", /^sha512-/, id);
});

tests("a licence that asks more of others is refused, and so is none", () => {
  for (const one of ["MIT", "(MIT OR GPL-3.0-only)", "MIT AND BSD-3-Clause"]) {
    assert.ok(isWelcome(one), one);
  }
  for (const one of ["GPL-3.0-only", "MIT AND AGPL-3.0-only", "SEE LICENSE IN x", "((MIT))"]) {
    assert.not.ok(isWelcome(one), one);
  }
  const [some] = packages;
  const [issue] = licenceIssues([{ ...some!, id: "a@1", licence: null }]);
  assert.match(issue!, "Cannot ship a@1");
});

tests("the bill of materials names each package with version, licence and what it needs", () => {
  const text = sbom("1.2.3", packages);
  assert.is(sbom("1.2.3", packages), text, "the same packages, the same text");
  const bom = JSON.parse(text);
  assert.is(bom.bomFormat, "CycloneDX");
  assert.is(bom.specVersion, "1.6");
  assert.is(bom.metadata.component.version, "1.2.3");
  assert.is(bom.components.length, packages.length);
  const zod = bom.components.find(({ name }: { name: string }) => name === "zod");
  assert.match(zod.purl, /^pkg:npm\/zod@\d/);
  assert.match(zod.hashes[0].content, /^[0-9a-f]{128}$/);
  assert.ok(bom.dependencies.some(({ dependsOn }: { dependsOn?: string[] }) => dependsOn?.length));
});

tests("npm is asked about these very versions, and what it knows is told", async () => {
  if (!await hasNpm()) return console.log("SKIPPED npm audit: npm was required, there is none");
  let asked: Record<string, string[]> = {};
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    asked = await bodyOf(request);
    const title = "Everything is on fire";
    const about = { id: 7, url: "https://example.org/7", title, severity: "high" };
    return Response.json({ left: [{ ...about, vulnerable_versions: "<2.0.0", cwe: [] }] });
  });
  const named = (version: string) => ({ name: "left", version, integrity: null });
  const known = await advisories(
    [named("1.0.0"), named("2.5.0"), { name: "@some/right", version: "3.0.0", integrity: null }],
    `http://127.0.0.1:${server.addr.port}/`,
  );
  await server.shutdown();
  assert.equal(asked, { left: ["1.0.0", "2.5.0"], "@some/right": ["3.0.0"] });
  assert.equal(known, {
    issues: [
      "Cannot ship left <2.0.0: high, Everything is on fire (https://example.org/7)",
    ],
  });
});

tests("a registry that gives no answer is no good news", () => {
  const cannot = readAudit(`{"message": "405 Method Not Allowed", "error": {"summary": ""}}`);
  assert.equal(cannot, { unknown: "405 Method Not Allowed" });
  assert.ok("unknown" in readAudit("no JSON"));
  assert.equal(readAudit(`{"vulnerabilities": {}}`), { issues: [] });
});

/** npm sends it packed. */
async function bodyOf(request: Request): Promise<Record<string, string[]>> {
  const packed = request.headers.get("Content-Encoding") === "gzip";
  const body = packed ? request.body!.pipeThrough(new DecompressionStream("gzip")) : request.body;
  return await new Response(body).json();
}

async function hasNpm(): Promise<boolean> {
  try {
    return (await new Deno.Command("npm", { args: ["--version"] }).output()).success;
  } catch {
    return false;
  }
}

tests.run();
