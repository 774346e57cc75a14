/**
 * From the slicer to the device: the script posts a real part to a real aggregator, which signs it
 * and asks a real agent over a real broker with the rights that provisioning gives.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as assert from "uvu/assert";
import type { Aggregator } from "../../cloud/aggregator.ts";
import { accounts, newToken } from "../../cloud/auth/accounts.ts";
import { TOKEN_PREFIX } from "../../cloud/auth/identify.ts";
import { AuditRow } from "../../cloud/auth/records.ts";
import { STREAMS } from "../../cloud/broker/streams.ts";
import { AGGREGATOR } from "../../cloud/cases/case_log_shell.ts";
import { signingKey } from "../../cloud/provision/key_files.ts";
import { jsonOf } from "../../cloud/read_model/json.ts";
import { composeAgent } from "../../edge/agent/compose.ts";
import { readJob } from "../../edge/agent/job_folder.ts";
import type { PrinterPlan } from "../../edge/agent/printer_parts.ts";
import { parseConfig } from "../../edge/config.ts";
import { manifestOfFile } from "../../edge/reference/manifest_file.ts";
import { loadTrust } from "../../edge/respond/trust.ts";
import type { ProvisionedSite } from "../../scripts/provisioned_site.ts";
import { decode, encode } from "../../shared/codec.ts";
import type { Address } from "../../shared/ids.ts";
import type { JobOrder } from "../../shared/job_order.ts";
import type { Manifest } from "../../shared/manifest.ts";
import { makeSigningKey, SIGNATURE_HEADER, signDetached } from "../../shared/signing.ts";
import { commandSubject } from "../../shared/subjects.ts";
import { DEVICE, SITE, siteSuite, until } from "../cloud/site_fixture.ts";
import { scriptedAnalysis, ScriptedTap } from "../edge/agent_fixture.ts";
import { silent } from "../edge/publish/site_fixture.ts";

const { tests, skipped } = await siteSuite("registering a job from the slicer");
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PART = `${ROOT}scripts/parts/bracket-prusaslicer.gcode`;
const TARGET: Address = { site: SITE, device: DEVICE, printer: "p1" };
const MINUTE_MS = 60_000;

interface Running {
  aggregator: Aggregator;
  state: string;
  token: string;
  stop(): Promise<void>;
}
let running: Promise<Running> | null = null;
/** Whether the device asks for a registrar's own signature at this moment. */
let jobsSigned = false;

/** One aggregator and one agent with two printers for all tests. */
function runningOn(site: ProvisionedSite): Promise<Running> {
  return running ??= startBoth(site);
}

async function startBoth(site: ProvisionedSite): Promise<Running> {
  const aggregator = await site.aggregator();
  const { record, credential } = newToken("slicer", ["job"], AGGREGATOR, new Date(), 600);
  await accounts(await site.broker(), () => Promise.resolve()).write(record, 0);
  await until("the token", () => aggregator.parts.model.auth.token(record.id));
  const state = await Deno.makeTempDir({ prefix: "register-" });
  const stopAgent = await startAgent(site, state);
  return {
    aggregator,
    state,
    token: TOKEN_PREFIX + credential,
    async stop() {
      await stopAgent();
      await Deno.remove(state, { recursive: true });
    },
  };
}

async function seedOf(file: string): Promise<Uint8Array> {
  return new TextEncoder().encode((await Deno.readTextFile(file)).trim());
}

async function startAgent(site: ProvisionedSite, state: string): Promise<() => Promise<void>> {
  const folder = site.provisioned.deviceFolders[DEVICE]!;
  const parsed = parseConfig(new TextEncoder().encode(`site = "${SITE}"
device = "${DEVICE}"
state = "${state}"
clock = "trusted"
[nats]
url = "${site.natsUrl}"
keyFile = "unused"
caFile = "${folder}/ca.pem"
trustFile = "unused"
presenceIntervalS = 1
[[printer]]
name = "p1"
port = "/dev/null"
[[printer]]
name = "p2"
port = "/dev/zero"
`));
  if (!parsed.ok) throw new Error(parsed.issue);
  const trust = await loadTrust(`${folder}/trust.json`);
  if (!trust.ok) throw new Error(trust.issue);
  const plans = parsed.value.printer.map((config) => {
    const tap = new ScriptedTap();
    const done = () => Promise.resolve({ ok: true as const, value: "done" });
    return {
      config,
      analysis: scriptedAnalysis(),
      openSource: (after) => tap.open(after),
      orders: { inject: done, ask: done, hold: done, release: done },
    } as PrinterPlan;
  });
  const composed = await composeAgent({
    config: parsed.value,
    plans,
    seed: await seedOf(`${folder}/device.nk`),
    signingSeed: await seedOf(`${folder}/signing.nk`),
    keys: () => trust.value.keys,
    experts: () => ({ ...trust.value.experts, jobsSigned }),
    clock: { nowMs: () => Date.now(), quality: () => "synced" },
    log: silent,
  });
  const stopped = new AbortController();
  const run = composed.agent.run(stopped.signal);
  return async () => {
    stopped.abort();
    await run;
    composed.close();
  };
}

/** Calls the script as a slicer does: no input, the file's name last. */
async function script(args: string[], env: Record<string, string>) {
  const { code, stdout, stderr } = await new Deno.Command(`${ROOT}scripts/register_job`, {
    args,
    env,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

/** Calls the aggregator's program as an administrator does. */
async function cloud(args: string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", "cloud/main.ts", ...args],
    cwd: ROOT,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  assert.is(code, 0, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

function presenceOf({ aggregator }: Running, printer: string) {
  return aggregator.parts.model.fleet.printers(10)
    .find(({ address }) => address.printer === printer)?.presence;
}

async function jobsOf({ state }: Running): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of Deno.readDir(`${state}/jobs`)) found.push(name);
  return found.sort();
}

async function manifestOf(file: string): Promise<Manifest> {
  const made = await manifestOfFile(file);
  if (!made.ok) throw new Error(made.issue);
  return made.value;
}

function orderOf(manifest: Manifest, change: Partial<JobOrder> = {}): JobOrder {
  const expiresWallTime = new Date(Date.now() + MINUTE_MS).toISOString();
  return { target: TARGET, expiresWallTime, label: "forged", by: "mira", manifest, ...change };
}

function commandOf(body: JobOrder): Uint8Array {
  const id = crypto.randomUUID();
  const about = { id, source: "test", time: new Date().toISOString() };
  return encode("command", about, { contractVersion: 1, id, verb: "job", body });
}

/** Asks the agent past the aggregator, with its rights at the broker; gives what it answered. */
async function asked(site: ProvisionedSite, to: Address, bytes: Uint8Array, signature: string) {
  const broker = await site.broker();
  const carried = { [SIGNATURE_HEADER]: signature };
  const reply = await broker.request(commandSubject(to, "job"), bytes, 60_000, carried);
  if (!reply.ok) throw new Error(reply.issue);
  const decoded = decode("reply", reply.value);
  if (!decoded.ok) throw new Error(decoded.issue);
  return decoded.value.data;
}

async function auditRows(site: ProvisionedSite): Promise<AuditRow[]> {
  const broker = await site.broker();
  const { lastSequence } = await broker.head(STREAMS.audit);
  const rows: AuditRow[] = [];
  const stop = new AbortController();
  for await (const { bytes, sequence } of broker.tail(STREAMS.audit, 0, stop.signal)) {
    rows.push(AuditRow.parse(jsonOf(bytes)));
    if (sequence >= lastSequence) break;
  }
  stop.abort();
  return rows;
}

if (!skipped) {
  tests.after(async () => await (await running)?.stop());

  tests("a sliced part arrives on the device, under the name it'll have", async ({ site }) => {
    const at = await runningOn(site);
    await until("the agent", () => presenceOf(at, "p1"));
    const before = await Deno.readFile(PART);
    const args = ["--console", at.aggregator.url, "--printer", `${SITE}/${DEVICE}/p1`, PART];
    const env = { PRINTWARDEN_TOKEN: at.token, SLIC3R_PP_OUTPUT_NAME: "/home/me/bracket v2.gcode" };
    const { code, out, err } = await script(args, env);
    assert.is(code, 0, err);
    const { jobDigest, commandCount } = await manifestOf(PART);
    assert.match(out, `site1/dev1/p1 is going to print bracket v2.gcode: ${commandCount} commands`);
    assert.is(out.trim().split("\n").length, 1);
    const file = `${at.state}/jobs/p1.${jobDigest}.json`;
    const job = await readJob(file);
    assert.ok(job.ok);
    if (job.ok) {
      assert.is(job.value.label, "bracket v2.gcode");
      assert.is(job.value.by, "slicer", "the token's name, under the aggregator's signature");
      assert.is(job.value.manifest.commandCount, commandCount);
    }
    assert.equal(await jobsOf(at), [`p1.${jobDigest}.json`]);
    assert.equal(await Deno.readFile(PART), before, "the G-code is left as it was");
  });

  tests("a part of far more than 32 KiB arrives too, by a token in a file", async ({ site }) => {
    const at = await runningOn(site);
    const part = `${ROOT}scripts/parts/gear-prusaslicer.gcode`;
    const manifest = await manifestOf(part);
    assert.ok(JSON.stringify(manifest).length > 90_000);
    const tokenFile = `${at.state}/token`;
    await Deno.writeTextFile(tokenFile, `${at.token}\n`);
    const args = ["--console", at.aggregator.url, "--printer", `${SITE}/${DEVICE}/p2`];
    const { code, err } = await script([...args, "--token-file", tokenFile, part], {});
    assert.is(code, 0, err);
    const job = await readJob(`${at.state}/jobs/p2.${manifest.jobDigest}.json`);
    assert.ok(job.ok && job.value.label === "gear-prusaslicer.gcode");
  });

  tests(
    "a part near the bound arrives; a larger one is to be registered there",
    async ({ site }) => {
      const at = await runningOn(site);
      const part = `${at.state}/part.gcode`;
      const args = ["--console", at.aggregator.url, "--printer", `${SITE}/${DEVICE}/p2`, part];
      for (
        const [count, exit, said] of [[115_000, 0, /115002/], [125_000, 1, /edge job add/]] as const
      ) {
        const moves = Array.from(
          { length: count },
          (_, at) => `G1 X${at % 200} Y${at % 180} E${at}`,
        );
        await Deno.writeTextFile(part, ["G28", "M104 S200", ...moves].join("\n"));
        const { code, out, err } = await script(args, { PRINTWARDEN_TOKEN: at.token });
        assert.is(code, exit, err);
        assert.match(out + err, said);
      }
    },
  );

  tests("what goes wrong is one sentence on stderr and an exit code", async ({ site }) => {
    const at = await runningOn(site);
    const on = (printer: string) => ["--console", at.aggregator.url, "--printer", printer];
    const here = on(`${SITE}/${DEVICE}/p1`);
    const token = { PRINTWARDEN_TOKEN: at.token };
    const none = { PRINTWARDEN_TOKEN: "" };
    for (
      const [args, env, exit, said] of [
        [[...here], token, 2, /one G-code file was required/],
        [[...here, PART, PART], token, 2, /one G-code file was required/],
        [[...here, "--bogus", PART], token, 2, /--bogus/],
        [["--make-key", "x"], none, 2, /--make-key alone was required, got 'x' too/],
        [["--make-key=x"], none, 2, /--make-key/],
        [[...here, PART], none, 2, /API token was required/],
        [[...here, "--token-file", "/nowhere", PART], none, 2, /token-file/],
        [["--console", "x", ...here.slice(2), PART], token, 2, /--console/],
        [[...on("p1"), PART], token, 2, /SITE\/DEVICE\/PRINTER/],
        [[...here, "/nowhere.gcode"], token, 1, /nowhere\.gcode/],
        [[...here, PART], { PRINTWARDEN_TOKEN: "pwt_wrong" }, 1, /API token/],
        [[...on(`${SITE}/away/p1`), PART], token, 1, /away\/p1 gave no answer/],
        [[...on(`${SITE}/${DEVICE}/p9`), PART], token, 1, /one of this device's printers/],
      ] as [string[], Record<string, string>, number, RegExp][]
    ) {
      const { code, out, err } = await script(args, env);
      assert.is(code, exit, args.join(" "));
      assert.match(err, said);
      assert.is(err.trim().split("\n").length, 1, err);
      assert.not.match(err, at.token);
      assert.is(out, "");
    }
    const help = await script(["--help"], none);
    assert.is(help.code, 0);
    assert.match(help.out, "Post-processing scripts");
  });

  tests(
    "where a device asks for it, only who signs with their own key registers",
    async ({ site }) => {
      const at = await runningOn(site);
      const part = `${ROOT}scripts/parts/bracket-cura.gcode`;
      const args = ["--console", at.aggregator.url, "--printer", `${SITE}/${DEVICE}/p2`];
      const env = { PRINTWARDEN_TOKEN: at.token };
      jobsSigned = true;
      const unsigned = await script([...args, part], env);
      assert.is(unsigned.code, 1);
      assert.match(unsigned.err, /a registrar's own signature was required, got none/);
      const made = await script(["--make-key"], {});
      const keyFile = `${at.state}/slicer.key`;
      await Deno.writeTextFile(keyFile, made.out);
      const publicKey = /--key (\S+)/.exec(made.err)?.[1] ?? "";
      const state = ["--state", site.config.state, "--nats", site.natsUrl];
      const vouched = await cloud([
        "registrar",
        ...state,
        "--name",
        "The workshop's slicer",
        "--key",
        publicKey,
      ]);
      await Deno.writeTextFile(`${keyFile}.cert`, vouched);
      const signed = await script([...args, "--key-file", keyFile, part], env);
      jobsSigned = false;
      assert.is(signed.code, 0, signed.err);
      const { jobDigest } = await manifestOf(part);
      const job = await readJob(`${at.state}/jobs/p2.${jobDigest}.json`);
      assert.ok(job.ok);
      if (job.ok) assert.is(job.value.by, "The workshop's slicer", "by their own word");
      const acts = (await auditRows(site)).map(({ act }) => act);
      assert.ok(acts.includes("registrar-certified"));
    },
  );

  tests(
    "forged, altered, misdirected and late orders are refused and counted",
    async ({ site }) => {
      const at = await runningOn(site);
      const kept = await jobsOf(at);
      // One asked for a printer that there isn't, one came unsigned by whoever registered it.
      const refusedBefore = 2;
      const refusals = () => presenceOf(at, "p1")!.counters.refusedMessages;
      await until("that refusal in presence", () => refusals() === refusedBefore);
      const manifest = await manifestOf(`${ROOT}scripts/parts/gear-cura.gcode`);
      const { state, decisions } = site.config;
      const key = await signingKey(join(state, decisions.signingKeyFile));
      const good = commandOf(orderOf(manifest));
      const signature = await signDetached(good, key);
      const altered = commandOf(orderOf({ ...manifest, jobDigest: "0".repeat(64) }));
      const renamed = commandOf(orderOf(manifest, { by: "somebody else" }));
      const late = commandOf(orderOf(manifest, { expiresWallTime: "2026-01-01T00:00:00.000Z" }));
      const short = commandOf(orderOf({ ...manifest, commandCount: manifest.commandCount + 1 }));
      const other = { ...TARGET, printer: "p2" };
      const attempts: [Address, Uint8Array, string, RegExp][] = [
        [TARGET, good, "", /signature/],
        [TARGET, good, await signDetached(good, await makeSigningKey()), /not pinned/],
        [TARGET, altered, signature, /Cannot verify/],
        [TARGET, renamed, signature, /Cannot verify/],
        [other, good, signature, /for site1\/dev1\/p2 was required, got one for site1\/dev1\/p1/],
        [TARGET, late, await signDetached(late, key), /in force/],
        [TARGET, short, await signDetached(short, key), /fingerprints/],
      ];
      for (const [to, bytes, by, said] of attempts) {
        const reply = await asked(site, to, bytes, by);
        assert.not.ok(reply.ok);
        assert.match(reply.detail, said);
      }
      assert.equal(await jobsOf(at), kept, "nothing was registered");
      await until(
        "the refusals in presence",
        () => refusals() === refusedBefore + attempts.length,
      );
      assert.ok((await asked(site, TARGET, good, signature)).ok, "the very same, sent rightly");
      assert.is((await jobsOf(at)).length, kept.length + 1);
    },
  );

  tests("each order is in the audit log, with whose token it was", async ({ site }) => {
    await runningOn(site);
    const mine = (await auditRows(site)).filter(({ act }) => act.startsWith("job-"));
    assert.ok(mine.every(({ actor }) => actor.name === "slicer"));
    const registered = mine.filter(({ act }) => act === "job-registered");
    assert.equal(registered.map(({ target }) => target), [
      "site1/dev1/p1",
      ...["site1/dev1/p2", "site1/dev1/p2", "site1/dev1/p2"],
    ]);
    const signed = registered.filter(({ detail }) => detail.includes("signed by its registrar"));
    assert.is(signed.length, 1);
    assert.match(registered[0]!.detail, "'bracket v2.gcode': registered ");
    assert.ok(mine.some(({ act }) => act === "job-unanswered"));
    assert.ok(mine.some(({ act }) => act === "job-refused"));
  });
}

tests.run();
