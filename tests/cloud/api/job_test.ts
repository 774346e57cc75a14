/** What the API refuses of a job, and what it says to each answer that a device may give. */
import * as assert from "uvu/assert";
import { z } from "zod";
import type { Aggregator } from "../../../cloud/aggregator.ts";
import { accounts, newInvitation, newToken } from "../../../cloud/auth/accounts.ts";
import { TOKEN_PREFIX } from "../../../cloud/auth/identify.ts";
import type { TokenScope } from "../../../cloud/auth/records.ts";
import { AGGREGATOR } from "../../../cloud/cases/case_log_shell.ts";
import { type JobSender, jobSender } from "../../../cloud/commands/job_sender.ts";
import { decode, encode } from "../../../shared/codec.ts";
import { Manifest } from "../../../shared/manifest.ts";
import { JobOrder } from "../../../shared/job_order.ts";
import type { Result } from "../../../shared/result.ts";
import { makeSigningKey, SIGNATURE_HEADER, verifyDetached } from "../../../shared/signing.ts";
import type { ProvisionedSite } from "../../../scripts/provisioned_site.ts";
import { ABOUT, MANIFEST } from "../../shared/payloads.ts";
import { BASE, join } from "../console/http_fixture.ts";
import { siteSuite, until } from "../site_fixture.ts";

const { tests, skipped } = await siteSuite("a job sent to the API");
const PATH = "/printers/site1/dev1/p1/job";
const GOOD = { label: "part.gcode", manifest: MANIFEST };
let running: Promise<Aggregator> | null = null;
const aggregatorOf = (site: ProvisionedSite) => running ??= site.aggregator();

async function tokenFor(site: ProvisionedSite, scopes: TokenScope[]): Promise<string> {
  const aggregator = await aggregatorOf(site);
  const { record, credential } = newToken("slicer", scopes, AGGREGATOR, new Date(), 60);
  await accounts(await site.broker(), () => Promise.resolve()).write(record, 0);
  await until("the token", () => aggregator.parts.model.auth.token(record.id));
  return TOKEN_PREFIX + credential;
}

async function post(
  site: ProvisionedSite,
  token: string | null,
  body: unknown,
  path = PATH,
  more: Record<string, string> = {},
) {
  const aggregator = await aggregatorOf(site);
  const response = await aggregator.request(`${BASE}/api/v1${path}`, {
    method: "POST",
    headers: {
      ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
      "Content-Type": "application/json",
      ...more,
    },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: response.status, json: await response.json() };
}

/** A manifest whose fingerprints take `bytes`; its counts don't matter to the API. */
function manifestOf(bytes: number) {
  return { ...MANIFEST, fingerprints: "A".repeat(Math.ceil(bytes / 4) * 4) };
}

if (!skipped) {
  tests("is taken from nobody unknown, and from no token that may only read", async ({ site }) => {
    const large = { ...GOOD, manifest: manifestOf(200_000) };
    assert.is((await post(site, null, large)).status, 401);
    assert.is((await post(site, await tokenFor(site, ["read"]), large)).status, 403);
  });

  tests("may come with a token that can do nothing else", async ({ site }) => {
    const token = await tokenFor(site, ["job"]);
    assert.is((await post(site, token, GOOD)).status, 504);
    const decision = { determination: "expected", reason: "x" };
    assert.is((await post(site, token, decision, "/cases/x/decision")).status, 403);
  });

  tests(
    "may come from an operator, who may acknowledge but not decide, and from no viewer",
    async ({ site }) => {
      const aggregator = await aggregatorOf(site);
      for (const [role, status] of [["operator", 504], ["viewer", 403]] as const) {
        const { record, credential } = newInvitation(role, new Date(), 60);
        await accounts(await site.broker(), () => Promise.resolve()).write(record, 0);
        await until("the invitation", () => aggregator.parts.model.auth.invitation(record.id));
        const { cookie } = await join(aggregator, credential, `An ${role}`);
        const own = { Cookie: cookie, Origin: BASE };
        assert.is((await post(site, null, GOOD, PATH, own)).status, status);
        const act = async (name: string) =>
          (await post(site, null, {}, `/cases/x/${name}`, own)).status;
        assert.is(await act("acknowledge"), role === "operator" ? 404 : 403);
        assert.is(await act("decision"), 403);
        const foreign = { Cookie: cookie, Origin: "https://evil.example" };
        assert.is((await post(site, null, GOOD, PATH, foreign)).status, 403);
      }
    },
  );

  tests("is refused with the field's name if it breaks the schema", async ({ site }) => {
    const token = await tokenFor(site, ["decide"]);
    for (
      const [body, said] of [
        ["", /JSON/],
        ["[]", /expected object/],
        [{ ...GOOD, extra: 1 }, /extra/],
        [{ ...GOOD, label: "" }, /'label'/],
        [{ ...GOOD, label: "x".repeat(201) }, /'label'/],
        [{ label: "x" }, /'manifest'/],
        [{ ...GOOD, manifest: { ...MANIFEST, version: 2 } }, /'manifest\.version'/],
        [{ ...GOOD, manifest: { ...MANIFEST, fingerprints: "?" } }, /'manifest\.fingerprints'/],
        [{ ...GOOD, manifest: { ...MANIFEST, gcode: "G28" } }, /gcode/],
      ] as [unknown, RegExp][]
    ) {
      const refused = await post(site, token, body);
      assert.is(refused.status, 422, JSON.stringify(body));
      assert.match(refused.json.error, said);
    }
    const nowhere = await post(site, token, GOOD, "/printers/site1/dev1/p.1/job");
    assert.is(nowhere.status, 422);
  });

  tests(
    "that is too large to travel is refused, and where to register it is said",
    async ({ site }) => {
      const token = await tokenFor(site, ["decide"]);
      const refused = await post(site, token, { ...GOOD, manifest: manifestOf(1_000_000) });
      assert.is(refused.status, 422);
      assert.match(refused.json.error, /at most 1000000 travel.*edge job add FILE\.gcode/);
      assert.is((await post(site, token, { ...GOOD, manifest: manifestOf(5e6) })).status, 413);
    },
  );

  tests("for a printer whose agent is away is answered with 504", async ({ site }) => {
    const refused = await post(site, await tokenFor(site, ["decide"]), GOOD);
    assert.is(refused.status, 504);
    assert.match(refused.json.error, /site1\/dev1\/p1 gave no answer.*nobody listens/);
  });

  tests("is signed for its printer alone, for minutes, and written down", async () => {
    const { sender, asked, rows, key } = await alone((_subject, bytes) => reply(bytes, true));
    const outcome = await send(sender);
    assert.equal(outcome, { type: "registered", digest: MANIFEST.jobDigest, detail: "said" });
    const [{ subject, bytes, headers }] = asked as [Asked];
    assert.is(subject, "printwarden.v1.site1.dev1.p1.command.job");
    const signed = await verifyDetached(
      bytes,
      headers[SIGNATURE_HEADER] ?? "",
      new Map([[key.kid, key.publicJwk]]),
    );
    assert.ok(signed.ok);
    const decoded = decode("command", bytes);
    assert.ok(decoded.ok);
    const order = (decoded.ok ? decoded.value.data.body : {}) as unknown as JobOrder;
    assert.equal(order.target, TARGET);
    assert.is(order.expiresWallTime, "2026-03-01T12:05:00.000Z");
    assert.is(order.by, "slicer", "whoever registers it is named under the signature");
    const target = "site1/dev1/p1";
    const about = `${MANIFEST.jobDigest} 'part.gcode'`;
    assert.equal(rows, [
      ["job-ordered", target, about],
      ["job-registered", target, `${about}: said`],
    ]);
  });

  tests("is written down before it is sent, and not sent where that fails", async () => {
    let rowsThen = -1;
    const { sender, asked, rows, loseAudit } = await alone((_subject, bytes) => {
      rowsThen = rows.length;
      return reply(bytes, true);
    });
    await send(sender);
    assert.is(rowsThen, 1, "whoever dies now leaves a row that says what was ordered");
    loseAudit();
    let failed: unknown = null;
    await send(sender).catch((error) => (failed = error));
    assert.match(String(failed), /audit is away/);
    assert.is(asked.length, 1);
  });

  tests("goes without its maps where it is too large with them", async () => {
    const map = { first: 0, zMm: 0.2, column: 0, row: 0, widthCells: 9, heightCells: 9, mostMm: 1 };
    const maps = { cellMm: 1, layers: [{ ...map, cells: "A".repeat(1_000_000) }] };
    const { sender, asked } = await alone((_subject, bytes) => reply(bytes, true));
    const outcome = await send(sender, { ...MANIFEST, maps });
    assert.is(outcome.type, "registered");
    const decoded = decode("command", asked[0]!.bytes);
    const order = (decoded.ok ? decoded.value.data.body : {}) as unknown as JobOrder;
    assert.equal(order.manifest, MANIFEST);
  });

  tests("goes without what an older agent doesn't know, and only without that", async () => {
    const map = { first: 0, zMm: 0.2, column: 0, row: 0, widthCells: 9, heightCells: 9, mostMm: 1 };
    const maps = { cellMm: 1, layers: [{ ...map, cells: "AAAA" }] };
    const { by: _by, ...known } = JobOrder.shape;
    const unnamed = z.strictObject(known);
    const { maps: _maps, ...mapless } = Manifest.shape;
    const oldest = z.strictObject({ ...known, manifest: z.strictObject(mapless) });
    for (const [agent, kept] of [[unnamed, true], [oldest, false]] as const) {
      const { sender, asked, rows, key } = await alone((_subject, bytes) => {
        const { success, error } = agent.safeParse(bodyOf(bytes));
        return reply(bytes, success, undefined, error?.issues[0]?.message);
      });
      assert.is((await send(sender, { ...MANIFEST, maps })).type, "registered");
      const { bytes, headers } = asked.at(-1)!;
      const keys = new Map([[key.kid, key.publicJwk]]);
      assert.ok((await verifyDetached(bytes, headers[SIGNATURE_HEADER] ?? "", keys)).ok);
      const order = bodyOf(bytes);
      assert.is(order.by, undefined);
      assert.is(order.manifest.maps !== undefined, kept);
      assert.is(asked.length, kept ? 2 : 3);
      assert.equal(rows.map(([act]) => act), ["job-ordered", "job-registered"]);
    }
  });

  tests("that the agent refuses or answers strangely is told and written down", async () => {
    const answers: [(bytes: Uint8Array) => Result<Uint8Array>, string, RegExp][] = [
      [(bytes) => reply(bytes, false), "refused", /refused the job: said$/],
      [() => ({ ok: true, value: new Uint8Array(3) }), "refused", /can't be read/],
      [(bytes) => reply(bytes, true, crypto.randomUUID()), "refused", /got one to/],
      [() => ({ ok: false, issue: "none within 10 s" }), "unanswered", /none within 10 s/],
    ];
    for (const [answer, type, said] of answers) {
      const { sender, rows } = await alone((_subject, bytes) => answer(bytes));
      const outcome = await send(sender);
      assert.is(outcome.type, type);
      assert.match("issue" in outcome ? outcome.issue : "", said);
      assert.is(rows[1]?.[0], `job-${type}`);
    }
  });
}

const TARGET = { site: "site1", device: "dev1", printer: "p1" };

interface Asked {
  subject: string;
  bytes: Uint8Array;
  headers: Record<string, string>;
}

function send(sender: JobSender, manifest: Manifest = MANIFEST) {
  return sender.send({ kind: "token", id: "t", name: "slicer" }, TARGET, {
    label: "part.gcode",
    manifest,
  });
}

/** A sender whose broker is a function. */
async function alone(answer: (subject: string, bytes: Uint8Array) => Result<Uint8Array>) {
  const key = await makeSigningKey();
  const asked: Asked[] = [];
  const rows: string[][] = [];
  const broker = {
    request(subject: string, bytes: Uint8Array, _ms: number, headers: Record<string, string> = {}) {
      asked.push({ subject, bytes, headers });
      return Promise.resolve(answer(subject, bytes));
    },
  };
  let lost = false;
  const audit = {
    write(_actor: unknown, ...row: string[]) {
      if (lost) return Promise.reject(new Error("audit is away"));
      rows.push(row);
      return Promise.resolve();
    },
  };
  const now = () => new Date("2026-03-01T12:00:00.000Z");
  const loseAudit = () => (lost = true);
  return { sender: jobSender(broker, key, audit, now), asked, rows, key, loseAudit };
}

function bodyOf(command: Uint8Array): JobOrder {
  const decoded = decode("command", command);
  return (decoded.ok ? decoded.value.data.body : {}) as unknown as JobOrder;
}

/** What an agent says to a command. */
function reply(
  command: Uint8Array,
  ok: boolean,
  id?: string,
  detail = "said",
): Result<Uint8Array> {
  const asked = decode("command", command);
  if (!asked.ok) return asked;
  const said = { contractVersion: 1 as const, id: id ?? asked.value.data.id, ok, detail };
  return { ok: true, value: encode("reply", ABOUT, said) };
}

tests.run();
