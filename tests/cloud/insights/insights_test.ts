import * as assert from "uvu/assert";
import type { Aggregator } from "../../../cloud/aggregator.ts";
import { accounts, newToken } from "../../../cloud/auth/accounts.ts";
import { TOKEN_PREFIX } from "../../../cloud/auth/identify.ts";
import { AGGREGATOR } from "../../../cloud/cases/case_log_shell.ts";
import type { InsightReport } from "../../../cloud/insights/report.ts";
import { presenceMessage } from "../../../scripts/fabricate.ts";
import type { ProvisionedSite } from "../../../scripts/provisioned_site.ts";
import type { Prints } from "../../../shared/print_account.ts";
import { BASE } from "../console/http_fixture.ts";
import { ADDRESS, DEVICE, siteSuite, until } from "../site_fixture.ts";
import { account, NO_TIME } from "./insight_fixture.ts";

const { tests, skipped } = await siteSuite("insights");
const now = () => new Date();

function prints(ended: Prints["ended"], printingS: number): Prints {
  const counts = { begun: ended.length, completed: ended.length, unfinished: 0, unknown: 0 };
  return { ...counts, stateS: { ...NO_TIME, printing: printingS }, current: null, ended };
}

function recent(change: Parameters<typeof account>[0] = {}) {
  const endedWallTime = new Date(Date.now() - 60_000).toISOString();
  const startedWallTime = new Date(Date.now() - 4_380_000).toISOString();
  return account({ startedWallTime, endedWallTime, ...change });
}

async function ask(site: ProvisionedSite, aggregator: Aggregator, path: string) {
  const { record, credential } = newToken("x", ["read"], AGGREGATOR, now(), 60);
  await accounts(await site.broker(), () => Promise.resolve()).write(record, 0);
  await until("the token", () => aggregator.parts.model.auth.token(record.id));
  const headers = { Authorization: `Bearer ${TOKEN_PREFIX}${credential}` };
  return await aggregator.request(`${BASE}/api/v1${path}`, { headers });
}

if (!skipped) {
  tests(
    "each print is kept once, though presence repeats it, and survives a rebuild",
    async ({ site }) => {
      const first = await site.aggregator();
      const { insights } = first.parts.model;
      const [one, two] = [recent(), recent()];
      const send = (ended: Prints["ended"], printingS: number) =>
        site.send(
          DEVICE,
          presenceMessage(ADDRESS, {
            label: "the left one",
            wallTime: new Date().toISOString(),
            prints: prints(ended, printingS),
            wear: {
              day: "2026-10-05",
              hotendHoldDuty: 0.3,
              hotendBlownDuty: 0.4,
              bedHoldDuty: null,
            },
          }),
        );
      await send([one], 1000);
      await until("the first print", () => insights.has("print", ADDRESS, one.id));
      await send([one, two], 1000.5);
      await until("the second print", () => insights.has("print", ADDRESS, two.id));
      const kept = () => first.parts.model.insights.prints("2000").map(({ account }) => account.id);
      assert.equal(kept().sort(), [one.id, two.id].sort());
      assert.is(insights.days("2000").length, 1);
      assert.is(insights.wear("2000").length, 1);
      const report = await (await ask(site, first, "/insights?days=7")).json() as InsightReport;
      assert.is(report.printers[0]!.label, "the left one");
      assert.is(report.printers[0]!.completed, 2);
      assert.is(report.printers[0]!.oee.quality, 1);
      assert.is(report.guesses.start!.twin.prints, 2);
      const table = await (await ask(site, first, "/insights/prints?days=7")).text();
      assert.match(table, `site1,dev1,p1,${one.id}`);
      assert.is(table.trim().split("\r\n").length, 3);
      assert.is(
        (await (await ask(site, first, "/insights?site=elsewhere")).json()).prints.length,
        0,
      );
      for (const bad of ["days=0", "days=9999", "days=x", "site=a%20b", "colour=red"]) {
        assert.is((await ask(site, first, `/insights?${bad}`)).status, 400, bad);
      }
      assert.is((await ask(site, first, "/insights/all")).status, 404);
      await first.close();
      for (const file of ["", "-wal", "-shm"]) {
        await Deno.remove(`${site.state}/read-model.sqlite${file}`).catch(() => {});
      }
      const second = await site.aggregator();
      assert.equal(
        second.parts.model.insights.prints("2000").map(({ account }) => account.id).sort(),
        [one.id, two.id].sort(),
      );
    },
  );
}

tests.run();
