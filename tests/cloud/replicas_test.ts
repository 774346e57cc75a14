import * as assert from "uvu/assert";
import { type Aggregator, startAggregator } from "../../cloud/aggregator.ts";
import { caseSubject, STREAMS } from "../../cloud/broker/streams.ts";
import { AGGREGATOR } from "../../cloud/cases/case_log_shell.ts";
import { sightingOf } from "../../cloud/cases/bundling.ts";
import { derivedId } from "../../cloud/cases/derived_id.ts";
import { deviationMessage } from "../../scripts/fabricate.ts";
import type { ProvisionedSite } from "../../scripts/provisioned_site.ts";
import type { Deviation } from "../../shared/deviation.ts";
import { ADDRESS, allCases, deviationOf, DEVICE, siteSuite, until } from "./site_fixture.ts";

const { tests, skipped } = await siteSuite("several aggregators on one broker");
const MAIN = new URL("../../cloud/main.ts", import.meta.url).pathname;
const RECIPES = ["cold-block", "external-fan", "dead-fan", "void"] as const;

/** What another machine's replica needs of its own. */
async function stateOf(site: ProvisionedSite): Promise<string> {
  const state = await Deno.makeTempDir({ prefix: "replica-" });
  await Deno.mkdir(`${state}/keys`);
  await Deno.mkdir(`${state}/broker/tls`, { recursive: true });
  for (
    const file of ["keys/signing.json", "keys/aggregator.nk", "fleet.json", "broker/tls/ca.pem"]
  ) {
    await Deno.copyFile(`${site.state}/${file}`, `${state}/${file}`);
  }
  return state;
}

const processes = new Set<() => Promise<void>>();

/** A replica that a test may stop and kill like any process. */
async function startProcess(site: ProvisionedSite, kept?: string) {
  const state = kept ?? await stateOf(site);
  await Deno.remove(`${state}/ports.json`).catch(() => {});
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", MAIN, "serve", "--state", state, "--nats", site.natsUrl],
    stdout: "null",
    stderr: "null",
  }).spawn();
  await until("the replica's console", () => Deno.stat(`${state}/ports.json`).catch(() => null));
  const kill = async () => {
    if (!processes.delete(kill)) return;
    child.kill("SIGKILL");
    await child.status;
    if (!kept) await Deno.remove(state, { recursive: true });
  };
  processes.add(kill);
  return { signal: (signal: Deno.Signal) => child.kill(signal), kill };
}

let batch = 0;
/** Two deviations of each recipe, near in time, on each of three printers. */
function burst(): Deviation[] {
  batch++;
  return [1, 2, 3].flatMap((number) =>
    [...RECIPES, ...RECIPES].map((recipe, index) => {
      const printer = `b${batch}p${number}`;
      const { times } = deviationOf(printer);
      const near = { ...times, startedEventS: 990, detectedEventS: 1000 + index };
      return deviationOf(printer, recipe, { times: near });
    })
  );
}

async function send(site: ProvisionedSite, deviations: readonly Deviation[]): Promise<void> {
  for (const one of deviations) {
    await site.send(DEVICE, deviationMessage({ ...ADDRESS, printer: one.printer }, one));
  }
}

/** Each deviation in one case, and no two cases for one cause. */
async function assertBundledOnce(aggregator: Aggregator, sent: readonly Deviation[]) {
  const { cases } = aggregator.parts.model;
  await until("every case", () => sent.every(({ id }) => cases.caseOfDeviation(id)));
  const rows = allCases(aggregator);
  const named = rows.flatMap(({ id }) =>
    cases.caseById(id)!.about.sightings.map(({ deviationId }) => deviationId)
  );
  const ids = sent.map(({ id }) => id);
  assert.equal(named.filter((id) => ids.includes(id)).toSorted(), ids.toSorted());
  const causes = new Set(sent.map(({ printer, cause }) => `${printer} ${cause.id}`));
  const opened = rows.filter(({ printer }) => sent.some((one) => one.printer === printer));
  assert.is(opened.length, causes.size);
}

async function leadOf(site: ProvisionedSite): Promise<string> {
  const last = await (await site.broker()).last(STREAMS.cases, caseSubject("lead"));
  return last ? JSON.parse(new TextDecoder().decode(last.bytes)).replica : "";
}

if (!skipped) {
  tests.after.each(async () => {
    for (const kill of [...processes]) await kill();
  });

  tests("a leader that is killed loses nothing, and another goes on", async ({ site }) => {
    const leader = await startProcess(site);
    await until("its lead", () => leadOf(site));
    const first = await leadOf(site);
    const standby = await site.aggregator();
    const sent = [burst(), burst(), burst()];
    await send(site, sent[0]!);
    await assertBundledOnce(standby, sent[0]!);
    const sending = send(site, sent[1]!);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await leader.kill();
    await sending;
    await send(site, sent[2]!);
    await assertBundledOnce(standby, sent.flat());
    assert.is.not(await leadOf(site), first);
    await standby.close();
  });

  tests(
    "one that is killed again and again in the middle of its work is right in the end",
    async ({ site }) => {
      const state = await stateOf(site);
      const sent: Deviation[] = [];
      for (const afterMs of [5, 40, 120]) {
        const more = [burst(), burst(), burst()].flat();
        sent.push(...more);
        await send(site, more);
        const before = await leadOf(site);
        const { kill } = await startProcess(site, state);
        await until("its lead", async () => await leadOf(site) !== before);
        await new Promise((resolve) => setTimeout(resolve, afterMs));
        await kill();
      }
      const last = await startAggregator({ ...site.config, state }, await site.broker());
      await assertBundledOnce(last, sent);
      await last.close();
      await Deno.remove(state, { recursive: true });
    },
  );

  tests("a leader that slept through its end doubles nothing when it wakes", async ({ site }) => {
    const before = await leadOf(site);
    const leader = await startProcess(site);
    await until("its lead", async () => await leadOf(site) !== before);
    const asleep = await leadOf(site);
    const standby = await startAggregator(
      { ...site.config, state: await stateOf(site) },
      await site.broker(),
    );
    const sent = [burst(), burst(), burst()];
    const sending = send(site, sent[0]!);
    await new Promise((resolve) => setTimeout(resolve, 20));
    leader.signal("SIGSTOP");
    await sending;
    await send(site, sent[1]!);
    await assertBundledOnce(standby, sent.slice(0, 2).flat());
    assert.is.not(await leadOf(site), asleep);
    leader.signal("SIGCONT");
    await send(site, sent[2]!);
    await assertBundledOnce(standby, sent.flat());
    await leader.kill();
    await standby.close();
  });

  tests("what an ended leader still writes is passed over by everyone", async ({ site }) => {
    const aggregator = await site.aggregator();
    const { model } = aggregator.parts;
    const broker = await site.broker();
    await until("the lead", () => model.cases.currentLead() > 0);
    const deviation = deviationOf("late", "void");
    const caseId = derivedId("case", deviation.id, deviation.revision);
    const event = {
      contractVersion: 1,
      id: crypto.randomUUID(),
      caseId,
      at: new Date().toISOString(),
      actor: AGGREGATOR,
      act: {
        type: "opened",
        address: { ...ADDRESS, printer: "late" },
        sightings: [sightingOf(deviation)],
        reopens: null,
        follows: null,
      },
      lead: model.cases.currentLead() - 1 || undefined,
    };
    const before = model.fleet.refusedCount();
    const bytes = new TextEncoder().encode(JSON.stringify(event));
    await broker.append(caseSubject(caseId), bytes, { id: event.id, lastSubjectSequence: 0 });
    await until("the refusal", () => model.fleet.refusedCount() > before);
    assert.is(model.cases.caseById(caseId), null);
    assert.match(model.fleet.refused(1)[0]!.issue, /has ended/);
    // The leader itself still opens this very case, though its subject isn't empty any more.
    await send(site, [deviation]);
    await until("the case", () => model.cases.caseById(caseId));
    assert.is(model.cases.caseById(caseId)?.about.sightings.length, 1);
    await aggregator.close();
  });

  tests("what came while nobody led is bundled by the next leader", async ({ site }) => {
    const sent = burst();
    await send(site, sent);
    const aggregator = await site.aggregator();
    await assertBundledOnce(aggregator, sent);
    await aggregator.close();
  });

  tests("two replicas chain one audit log", async ({ site }) => {
    const { auditLog } = await import("../../cloud/auth/audit_log.ts");
    const { checkAudit } = await import("../../cloud/auth/audit_check.ts");
    const logs = [
      auditLog(await site.broker(), () => new Date()),
      auditLog(await site.broker(), () => new Date()),
    ];
    for (let round = 0; round < 5; round++) {
      await Promise.all(logs.map((log) => log.write(AGGREGATOR, "tested", `${round}`, "")));
    }
    const stop = new AbortController();
    const found = await checkAudit(await site.broker(), stop.signal);
    stop.abort();
    assert.ok(found.ok);
    assert.ok(found.rows >= 10);
  });
}

tests.run();
