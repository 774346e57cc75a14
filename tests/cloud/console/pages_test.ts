import * as assert from "uvu/assert";
import type { Aggregator } from "../../../cloud/aggregator.ts";
import { newInvitation } from "../../../cloud/auth/accounts.ts";
import { accounts } from "../../../cloud/auth/accounts.ts";
import type { Deviation } from "../../../shared/deviation.ts";
import { deviationMessage, presenceMessage, type RecipeName } from "../../../scripts/fabricate.ts";
import type { ProvisionedSite } from "../../../scripts/provisioned_site.ts";
import { ADDRESS, deviationOf, DEVICE, siteSuite, until } from "../site_fixture.ts";
import { BASE, cookieOf, field, join, PASSWORD, type Visitor, visitor } from "./http_fixture.ts";

const { tests, skipped } = await siteSuite("the console's pages");
let running: Promise<{ aggregator: Aggregator; expert: Visitor; setUp: string }> | null = null;

function prepared(site: ProvisionedSite) {
  return running ??= (async () => {
    const aggregator = await site.aggregator();
    const setUp = aggregator.setUpUrl!.split("/join/")[1]!;
    return { aggregator, expert: await join(aggregator, setUp, "Mira"), setUp };
  })();
}

let printers = 0;
async function newCase(
  site: ProvisionedSite,
  recipe: RecipeName = "cold-block",
  change: Partial<Deviation> = {},
) {
  const { aggregator } = await prepared(site);
  const address = { ...ADDRESS, printer: `printer${printers++}` };
  const deviation = deviationOf(address.printer, recipe, change);
  await site.send(DEVICE, deviationMessage(address, deviation));
  const { cases } = aggregator.parts.model;
  await until("the deviation", () => cases.deviationById(deviation.id));
  const { about } = await until("the case", () => cases.caseOfDeviation(deviation.id));
  return { id: about.id, deviation, address };
}

const stateOf = (aggregator: Aggregator, id: string) =>
  aggregator.parts.model.cases.caseById(id)?.about.state;

if (!skipped) {
  tests("nobody who isn't signed in sees anything but the way to sign in", async ({ site }) => {
    const { aggregator } = await prepared(site);
    const { id } = await newCase(site);
    const stranger = visitor(aggregator);
    for (const path of ["/", `/cases/${id}`, "/printers", "/refused", "/account", "/nonsense"]) {
      const response = await stranger.get(path);
      assert.is(response.status, 303, path);
      assert.match(response.headers.get("Location") ?? "", /^\/sign-in\?next=/);
    }
    assert.is((await stranger.get("/live")).status, 401);
    assert.is((await stranger.post(`/cases/${id}/acknowledge`, { seen: "1" })).status, 401);
    assert.is(stateOf(aggregator, id), "new");
  });

  tests("the set-up link works once", async ({ site }) => {
    const { aggregator, setUp } = await prepared(site);
    const stranger = visitor(aggregator);
    assert.is((await stranger.get(`/join/${setUp}`)).status, 410);
    const form = { credential: setUp, name: "Eve", password: PASSWORD, again: PASSWORD };
    assert.is((await stranger.post("/join", form)).status, 410);
    assert.is((await stranger.get("/join/nonsense")).status, 410);
  });

  tests("an invitation refuses what no account may have, and says so", async ({ site }) => {
    const { aggregator } = await prepared(site);
    const { record, credential } = newInvitation("viewer", new Date(), 60);
    const projector = { reached: () => Promise.resolve() };
    await accounts(await site.broker(), projector.reached).write(record, 0);
    await until("the invitation", () => aggregator.parts.signIn.invitationOf(credential));
    const stranger = visitor(aggregator);
    const good = { credential, name: "Jon", password: PASSWORD, again: PASSWORD };
    for (
      const [change, said] of [
        [{ password: "short", again: "short" }, /12 to 256 characters/],
        [{ again: PASSWORD + "x" }, /differ/],
        [{ name: "J" }, /name of 2 to 60/],
        [{ name: "<b>Jon</b>" }, /name of 2 to 60/],
        [{ name: "mIRA" }, /called .* already/],
        [{ password: "aaaaaaaaaaaaaa", again: "aaaaaaaaaaaaaa" }, /five different/],
        [{ role: "admin" }, /name of 2 to 60/],
      ] as [Record<string, string>, RegExp][]
    ) {
      const response = await stranger.post("/join", { ...good, ...change });
      assert.is(response.status, 422);
      assert.match(await response.text(), said);
    }
    const viewer = await join(aggregator, credential, "Jon");
    const { id } = await newCase(site);
    assert.match(await (await viewer.get(`/cases/${id}`)).text(), /not decide/);
    const seen = String(aggregator.parts.model.cases.caseById(id)!.lastSequence);
    const refused = await viewer.post(`/cases/${id}/acknowledge`, { seen });
    assert.is(refused.status, 403);
    assert.is(stateOf(aggregator, id), "new");
  });

  tests("signing in takes the right password, and only so many wrong ones", async ({ site }) => {
    const { aggregator } = await prepared(site);
    const stranger = visitor(aggregator);
    const good = await stranger.post("/sign-in", { name: " mira ", password: PASSWORD, next: "/" });
    assert.is(good.status, 303);
    const setCookie = good.headers.get("Set-Cookie") ?? "";
    assert.match(setCookie, /HttpOnly/);
    assert.match(setCookie, /SameSite=Strict/);
    assert.is((await visitor(aggregator, cookieOf(good)).get("/")).status, 200);
    for (let tried = 0; tried < 5; tried++) {
      const wrong = await stranger.post("/sign-in", { name: "Mira", password: "wrong" });
      assert.is(wrong.status, 401);
    }
    const late = await stranger.post("/sign-in", { name: "Mira", password: PASSWORD });
    assert.is(late.status, 429);
    assert.ok(Number(late.headers.get("Retry-After")) > 0);
  });

  tests("after signing in nobody is led to another site", async ({ site }) => {
    const { aggregator } = await prepared(site);
    const stranger = visitor(aggregator);
    for (const next of ["//evil.example", "https://evil.example", "/\\evil.example"]) {
      const html = await (await stranger.get(`/sign-in?next=${encodeURIComponent(next)}`)).text();
      assert.is(field(html, "next"), "/");
    }
    const html = await (await stranger.get("/sign-in?next=%2Fprinters")).text();
    assert.is(field(html, "next"), "/printers");
  });

  tests("a session that is ended is over, and only its owner may end it", async ({ site }) => {
    const { aggregator, expert } = await prepared(site);
    const { record, credential } = newInvitation("expert", new Date(), 60);
    await accounts(await site.broker(), () => Promise.resolve()).write(record, 0);
    await until("the invitation", () => aggregator.parts.signIn.invitationOf(credential));
    const other = await join(aggregator, credential, "Ada");
    const sessionId = field(await (await other.get("/account")).text(), "sessionId");
    assert.is((await expert.post("/account/end-session", { sessionId })).status, 404);
    assert.is((await other.get("/")).status, 200);
    assert.is((await other.post("/account/end-session", { sessionId })).status, 303);
    assert.is((await other.get("/")).status, 303);
  });

  tests("every page answers with headers that let nothing foreign in", async ({ site }) => {
    const { expert } = await prepared(site);
    const { id } = await newCase(site);
    const nonces = new Set<string>();
    for (const path of ["/", `/cases/${id}`, "/printers", "/account", "/refused"]) {
      const response = await expert.get(path);
      assert.is(response.status, 200, path);
      const policy = response.headers.get("Content-Security-Policy") ?? "";
      const nonce = /script-src 'nonce-([^']+)'/.exec(policy)?.[1] ?? "";
      assert.match(policy, /default-src 'none'/);
      assert.not.match(policy, /unsafe/);
      assert.is(response.headers.get("X-Frame-Options"), "DENY");
      assert.is(response.headers.get("Cache-Control"), "no-store");
      const html = await response.text();
      assert.match(html, /^<!doctype html><html lang="en">/);
      const scripts = [...html.matchAll(/<script[^>]*>/g)].map(([tag]) => tag);
      assert.ok(scripts.length > 0);
      for (const tag of scripts) assert.ok(tag.includes(`nonce="${nonce}"`), tag);
      assert.not.match(html, / style="/);
      assert.not.match(html, / on[a-z]+="/);
      nonces.add(nonce);
    }
    assert.is(nonces.size, 5, "a nonce serves one answer");
  });

  tests("static files are served under names that change with their content", async ({ site }) => {
    const { expert, aggregator } = await prepared(site);
    const { id } = await newCase(site);
    const html = await (await expert.get(`/cases/${id}`)).text();
    const paths = [...html.matchAll(/(?:src|href)="(\/static\/[^"]+)"/g)].map(([, path]) => path!);
    assert.ok(paths.length >= 6);
    let scriptBytes = 0;
    for (const path of paths) {
      const response = await visitor(aggregator).get(path);
      assert.is(response.status, 200, path);
      assert.match(response.headers.get("Cache-Control") ?? "", /immutable/);
      const { length } = await response.arrayBuffer().then((buffer) => new Uint8Array(buffer));
      if (path.endsWith(".js")) scriptBytes += length;
    }
    assert.ok(scriptBytes < 150_000);
    assert.is((await expert.get("/static/style.000000000000.css")).status, 404);
    assert.is((await expert.get("/static/..%2f..%2fmain.ts")).status, 404);
  });

  tests(
    "the list shows cases, filters them, and refuses filters that aren't any",
    async ({ site }) => {
      const { expert } = await prepared(site);
      const { address, deviation } = await newCase(site, "dead-fan");
      const text = async (path: string) => await (await expert.get(path)).text();
      assert.match(await text("/"), new RegExp(deviation.summary.slice(0, 30)));
      const own = `/?printer=${address.printer}`;
      assert.match(await text(own), /href="\/cases\//);
      assert.not.match(await text(`${own}&verdict=expected-anomaly`), /href="\/cases\//);
      assert.match(await text(`${own}&verdict=undetermined&state=new`), /href="\/cases\//);
      assert.match(await text("/?printer=nobody"), /No case fits/);
      for (const query of ["state=gone", "verdict=x", "limit=0", "limit=1e9", "after=x", "q=1"]) {
        assert.is((await expert.get(`/?${query}`)).status, 400, query);
      }
    },
  );

  tests("the list goes on where its page ends, without a case twice", async ({ site }) => {
    const { expert } = await prepared(site);
    for (let made = 0; made < 3; made++) await newCase(site, "void");
    const seen: string[] = [];
    let path = "/?limit=2&state=new";
    for (let page = 0; page < 30 && path; page++) {
      const html = await (await expert.get(path)).text();
      seen.push(
        ...[...html.matchAll(/class="case [^"]*" href="\/cases\/([^"]+)"/g)].map(([, id]) => id!),
      );
      path = /class="more" href="([^"]+)"/.exec(html)?.[1]?.replaceAll("&amp;", "&") ?? "";
    }
    assert.ok(seen.length >= 3);
    assert.is(new Set(seen).size, seen.length);
  });

  tests("a case shows its sentence, its reasons, its techniques and its plot", async ({ site }) => {
    const { expert } = await prepared(site);
    const { id, deviation } = await newCase(site, "tampered-set-point");
    const html = await (await expert.get(`/cases/${id}`)).text();
    assert.match(html, /The hotend was told 195 °C/);
    assert.match(html, /Almost certainly a cyberthreat \(97 %\)/);
    for (const technique of deviation.techniques) {
      assert.ok(html.includes(`https://attack.mitre.org/techniques/${technique}/`));
    }
    assert.match(html, /heater|block followed the lowered target/);
    assert.match(html, /<figure class="plot" data-plot="/);
    assert.match(html, /class="curve measured" d="M/);
    assert.match(html, /class="band" d="M/);
    assert.match(html, /M104 S195/);
    assert.is((await expert.get(`/cases/${crypto.randomUUID()}`)).status, 404);
    assert.is((await expert.get("/cases/%3Cscript%3E")).status, 404);
  });

  tests("markup and hidden characters in evidence are shown, never obeyed", async ({ site }) => {
    const { expert } = await prepared(site);
    const hostile = `"><script>alert(1)</script><img src=x onerror=alert(1)>`;
    const { id, address } = await newCase(site, "cold-block", {
      summary: hostile,
      cause: { id: "B03", title: hostile },
      reasons: [{ signal: hostile.slice(0, 40), text: `${hostile}\u202egnp.exe`, weight: 1 }],
      evidence: { series: [], lines: [hostile, "M117 \u001b[31m\u0000"], layerMap: null },
    });
    const say = presenceMessage(address, { label: hostile, wallTime: new Date().toISOString() });
    await site.send(DEVICE, say);
    const { aggregator } = await prepared(site);
    await until(
      "the label",
      () =>
        aggregator.parts.model.fleet.printers(100).some((one) => one.presence.label === hostile),
    );
    for (const path of [`/cases/${id}`, "/", "/printers"]) {
      const html = await (await expert.get(path)).text();
      assert.not.match(html, /<script>alert|<img src=x/);
      assert.match(html, /&lt;script&gt;/);
      for (const char of ["\u202e", "\u001b", "\u0000"]) assert.not(html.includes(char));
    }
    const html = await (await expert.get(`/cases/${id}`)).text();
    assert.match(html, /⟨202E⟩gnp\.exe/);
    assert.match(html, /⟨001B⟩\[31m⟨0000⟩/);
  });

  tests(
    "a case is acknowledged, decided, closed and taken up again by its forms",
    async ({ site }) => {
      const { expert, aggregator } = await prepared(site);
      const { id } = await newCase(site);
      const page = async () => await (await expert.get(`/cases/${id}`)).text();
      const act = async (name: string, form: Record<string, string>) =>
        await expert.post(`/cases/${id}/${name}`, { seen: field(await page(), "seen"), ...form });

      assert.is((await act("acknowledge", {})).headers.get("Location"), `/cases/${id}`);
      assert.is(stateOf(aggregator, id), "acknowledged");
      const decisionId = field(await page(), "decisionId");
      const decision = {
        decisionId,
        determination: "expected",
        response: "none",
        learn: "until",
        untilDate: new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10),
        reason: "the window is open this week",
      };
      assert.is((await act("decision", decision)).status, 303);
      assert.is((await act("decision", decision)).status, 303, "sent twice it is one decision");
      const { about } = aggregator.parts.model.cases.caseById(id)!;
      assert.is(about.decisions.length, 1);
      assert.is(about.decisions[0]?.learn.mode, "until");
      assert.match(await page(), /the window is open this week/);
      assert.is((await act("close", { nature: "change", note: "" })).status, 303);
      assert.is(stateOf(aggregator, id), "closed");
      const reopened = await expert.post(`/cases/${id}/reopen`, {});
      assert.is(reopened.status, 303);
      assert.is.not(reopened.headers.get("Location"), `/cases/${id}`);
      assert.match(await page(), /Taken up again as another case/);
      const again = await (await expert.get(reopened.headers.get("Location")!)).text();
      assert.match(again, /Takes up an earlier, closed case/);
      assert.is((await expert.post(`/cases/${id}/reopen`, {})).status, 422);
    },
  );

  tests("a decision that no printer took up in time is said to be void", async ({ site }) => {
    const { expert, aggregator } = await prepared(site);
    const { id } = await newCase(site);
    const { parts } = aggregator;
    const actor = { kind: "person", id: crypto.randomUUID(), name: "Mira" } as const;
    await parts.desk.decide(id, actor, null, {
      decisionId: crypto.randomUUID(),
      determination: "threat-confirmed",
      response: "stop",
      learn: { mode: "no" },
      reason: "x",
    });
    const page = async () => await (await expert.get(`/cases/${id}`)).text();
    assert.not.match(await page(), /answer in time/);
    const { now } = parts;
    parts.now = () => new Date(Date.now() + 2 * 3_600_000);
    assert.match(await page(), /answer in time/);
    parts.now = now;
  });

  tests(
    "a form from a page that is out of date is refused, and what was typed is kept",
    async ({ site }) => {
      const { expert, aggregator } = await prepared(site);
      const { id } = await newCase(site);
      const html = await (await expert.get(`/cases/${id}`)).text();
      const seen = field(html, "seen");
      await expert.post(`/cases/${id}/acknowledge`, { seen });
      const response = await expert.post(`/cases/${id}/decision`, {
        seen,
        decisionId: field(html, "decisionId"),
        determination: "threat-confirmed",
        response: "stop",
        learn: "no",
        untilDate: "",
        reason: "typed <b>with care</b>",
      });
      assert.is(response.status, 409);
      const back = await response.text();
      assert.match(back, /has changed since you opened it/);
      assert.match(back, /typed &lt;b&gt;with care&lt;\/b&gt;/);
      assert.match(back, /value="threat-confirmed" checked/);
      assert.is.not(field(back, "seen"), seen);
      assert.is(stateOf(aggregator, id), "acknowledged");
    },
  );

  tests(
    "forms with wrong, missing, doubled or oversized fields change nothing",
    async ({ site }) => {
      const { expert, aggregator } = await prepared(site);
      const { id } = await newCase(site);
      const html = await (await expert.get(`/cases/${id}`)).text();
      const good = {
        seen: field(html, "seen"),
        decisionId: field(html, "decisionId"),
        determination: "expected",
        response: "none",
        learn: "no",
        untilDate: "",
        reason: "x",
      };
      const post = (form: Record<string, string>) => expert.post(`/cases/${id}/decision`, form);
      for (
        const [change, status, said] of [
          [{ determination: "" }, 422, /Please say what it was/],
          [{ determination: "maybe" }, 422, /Please say what it was/],
          [{ response: "explode" }, 422, /what the printer should do/],
          [{ reason: "   " }, 422, /Please say why/],
          [{ reason: "x".repeat(1001) }, 422, /Too long: why/],
          [{ reason: "x".repeat(40_000) }, 413, /Too large/],
          [{ learn: "until" }, 422, /until when/],
          [{ learn: "until", untilDate: "2020-01-01" }, 422, /an instant ahead/],
          [{ learn: "until", untilDate: "soon" }, 422, /until when/],
          [{ learn: "yes", determination: "threat-confirmed" }, 422, /Cannot learn/],
          [{ decisionId: "1" }, 422, /load it again/],
          [{ seen: "-1" }, 422, /load it again/],
          [{ admin: "yes" }, 422, /load it again/],
        ] as [Record<string, string>, number, RegExp][]
      ) {
        const response = await post({ ...good, ...change });
        assert.is(response.status, status, JSON.stringify(change).slice(0, 60));
        assert.match(await response.text(), said);
      }
      const asked = async (init: RequestInit) =>
        await aggregator.request(`${BASE}/cases/${id}/decision`, {
          method: "POST",
          ...init,
          headers: { Cookie: expert.cookie, Origin: BASE, ...init.headers },
        });
      const form = "application/x-www-form-urlencoded";
      const twice = await asked({ headers: { "Content-Type": form }, body: "seen=1&seen=2" });
      assert.is(twice.status, 415);
      const json = await asked({ headers: { "Content-Type": "application/json" }, body: "{}" });
      assert.is(json.status, 415);
      const files = new FormData();
      files.set("reason", new File(["x"], "x.txt"));
      assert.is((await asked({ body: files })).status, 415);
      assert.is(stateOf(aggregator, id), "new");
      for (const path of [`/cases/${crypto.randomUUID()}/decision`, "/cases/x/decision"]) {
        assert.is((await expert.post(path, good)).status, 404);
      }
      assert.is(
        (await expert.post(`/cases/${id}/close`, { seen: good.seen, nature: "change" })).status,
        422,
      );
    },
  );

  tests("a form that another site sends is refused", async ({ site }) => {
    const { expert, aggregator } = await prepared(site);
    const { id } = await newCase(site);
    const seen = field(await (await expert.get(`/cases/${id}`)).text(), "seen");
    for (const origin of ["https://evil.example", "null", "http://127.0.0.1:81"]) {
      const response = await expert.post(`/cases/${id}/acknowledge`, { seen }, { Origin: origin });
      assert.is(response.status, 403, origin);
    }
    const bare = await aggregator.request(`${BASE}/cases/${id}/acknowledge`, {
      method: "POST",
      headers: { Cookie: expert.cookie },
      body: new URLSearchParams({ seen }),
    });
    assert.is(bare.status, 403);
    assert.is(stateOf(aggregator, id), "new");
  });

  tests("a name that was pointed here from elsewhere isn't answered", async ({ site }) => {
    const { expert, aggregator } = await prepared(site);
    const headers = { Cookie: expert.cookie };
    const rebound = await aggregator.request("http://rebound.example/", { headers });
    assert.is(rebound.status, 421);
    assert.is((await aggregator.request("http://localhost/", { headers })).status, 200);
  });

  tests("printers stand with state, counters and their open cases", async ({ site }) => {
    const { expert, aggregator } = await prepared(site);
    const { address } = await newCase(site);
    const wallTime = new Date().toISOString();
    const wish = { label: "Shelf <A>", state: "paused", wallTime, lines: 12_345 } as const;
    await site.send(DEVICE, presenceMessage(address, wish));
    const named = () =>
      aggregator.parts.model.fleet.printers(200).some((one) => one.presence.label === wish.label);
    await until("the printer", named);
    const html = await (await expert.get("/printers")).text();
    assert.match(html, /Shelf &lt;A&gt;/);
    assert.match(html, /Paused/);
    assert.match(html, /12,345 to the printer/);
    assert.match(html, /1 case to look at/);
  });

  tests("an open page is told of a new case within a moment", async ({ site }) => {
    const { expert, aggregator } = await prepared(site);
    const stop = new AbortController();
    const response = await fetch(`${aggregator.url}/live`, {
      headers: { Cookie: expert.cookie },
      signal: stop.signal,
    });
    assert.match(response.headers.get("Content-Type") ?? "", /text\/event-stream/);
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    const read = async () => (text += (await reader.read()).value ?? "");
    while (!text.includes("event: hello")) await read();
    const { id } = await newCase(site);
    while (!text.includes(id)) await read();
    assert.match(text, /event: change/);
    stop.abort();
    await reader.cancel().catch(() => {});
  });

  tests("the health check tells whether the broker answers", async ({ site }) => {
    const { aggregator } = await prepared(site);
    const response = await visitor(aggregator).get("/healthz");
    assert.is(response.status, 200);
    assert.equal(await response.json(), { ok: true, broker: true });
  });

  tests("an unknown address says so in plain words", async ({ site }) => {
    const { expert } = await prepared(site);
    const response = await expert.get("/nothing/here");
    assert.is(response.status, 404);
    assert.match(await response.text(), /There is nothing at this address/);
  });
}

tests.run();
