import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { JobOrder } from "../../shared/job_order.ts";
import type { Manifest } from "../../shared/manifest.ts";
import {
  encodeRegistration,
  readRegistration,
  type RegistrarClaims,
  signJob,
  signRegistrar,
} from "../../shared/registrar.ts";
import { makeSigningKey, type SigningKey } from "../../shared/signing.ts";

const tests = suite("who registered a job");

const NOW_MS = Date.parse("2026-10-05T12:00:00.000Z");
const inHours = (hours: number) => new Date(NOW_MS + hours * 3_600_000).toISOString();
const [root, own, other] = await Promise.all([1, 2, 3].map(makeSigningKey));
const ROOTS = new Map([[root!.kid, root!.publicJwk]]);
const MAPS: NonNullable<Manifest["maps"]> = { cellMm: 2, layers: [] };
const ORDER: JobOrder = {
  target: { site: "s1", device: "d1", printer: "p1" },
  expiresWallTime: inHours(0.1),
  label: "part.gcode",
  by: "a token",
  manifest: {
    version: 1,
    jobDigest: "a".repeat(64),
    salt: "b".repeat(32),
    commandCount: 2,
    maps: MAPS,
  } as Manifest,
};

function claims(change: Partial<RegistrarClaims> = {}): RegistrarClaims {
  const { x = "" } = own!.publicJwk;
  return {
    version: 1,
    site: "s1",
    name: "The slicer",
    publicJwk: { kty: "OKP", crv: "Ed25519", x },
    fromWallTime: inHours(-1),
    untilWallTime: inHours(24),
    ...change,
  };
}

interface Wish {
  order?: Partial<JobOrder>;
  claims?: Partial<RegistrarClaims>;
  until?: string;
  by?: SigningKey;
  root?: SigningKey;
}

/** Signs `ORDER`, and reads it as belonging to what `order` makes of it. */
async function read(wish: Wish = {}) {
  const certificate = await signRegistrar(claims(wish.claims), wish.root ?? root!);
  const registration = await signJob(ORDER, wish.until ?? inHours(1), wish.by ?? own!, certificate);
  const order = { ...ORDER, ...wish.order };
  return await readRegistration(encodeRegistration(registration), order, ROOTS, NOW_MS);
}

tests("is believed by the name that a pinned root gave", async () => {
  assert.equal(await read(), { ok: true, value: "The slicer" });
});

tests("holds without its maps, and however its fields are ordered", async () => {
  const { maps: _, ...rest } = ORDER.manifest;
  const turned = Object.fromEntries(Object.entries(rest).reverse()) as unknown as Manifest;
  assert.ok((await read({ order: { manifest: turned } })).ok);
});

const forged: [string, Wish, RegExp][] = [
  ["another printer's order", { order: { target: { ...ORDER.target, printer: "p2" } } }, /another/],
  ["another label", { order: { label: "other.gcode" } }, /signed another job/],
  [
    "another manifest",
    { order: { manifest: { ...ORDER.manifest, salt: "c".repeat(32) } } },
    /signed another job/,
  ],
  [
    "other maps",
    { order: { manifest: { ...ORDER.manifest, maps: { ...MAPS, cellMm: 3 } } } },
    /signed another job/,
  ],
  ["a key that nobody vouched for", { by: other! }, /signed as required/],
  ["a root that isn't pinned", { root: other! }, /not pinned/],
  ["another site's registrar", { claims: { site: "s2" } }, /of this site/],
  ["a certificate that has ended", { claims: { untilWallTime: inHours(-0.5) } }, /it ended/],
  ["a signature that has ended", { until: inHours(-0.1) }, /it ended/],
];
for (const [what, wish, issue] of forged) {
  tests(`is nobody with ${what}`, async () => {
    const read1 = await read(wish);
    assert.not.ok(read1.ok);
    if (!read1.ok) assert.match(read1.issue, issue);
  });
}

tests("a certificate is no statement, nor the other way round", async () => {
  const certificate = await signRegistrar(claims(), root!);
  const { statement } = await signJob(ORDER, inHours(1), own!, certificate);
  for (
    const pair of [{ certificate, statement: certificate }, { certificate: statement, statement }]
  ) {
    assert.not.ok((await readRegistration(encodeRegistration(pair), ORDER, ROOTS, NOW_MS)).ok);
  }
});

tests("what isn't one at all is refused, and breaks nothing", async () => {
  for (const header of ["", "x", "e30", btoa("{}"), "\u0000", "A".repeat(9000)]) {
    assert.not.ok((await readRegistration(header, ORDER, ROOTS, NOW_MS)).ok, header.slice(0, 9));
  }
});

tests.run();
