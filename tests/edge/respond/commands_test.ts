import { suite } from "uvu";
import * as assert from "uvu/assert";
import { CommandDesk } from "../../../edge/respond/commands.ts";
import { readMaintenance } from "../../../edge/respond/maintenance.ts";
import { readReceipt } from "../../../edge/respond/receipt.ts";
import { decode, encode } from "../../../shared/codec.ts";
import { makeSigningKey, signDetached, type SigningKey } from "../../../shared/signing.ts";
import { commandSubject } from "../../../shared/subjects.ts";
import { silent } from "../publish/site_fixture.ts";

const NOW_MS = Date.UTC(2026, 5, 1, 12);
const HERE = { site: "s1", device: "d1", printer: "p1" };
const wall = (afterS: number) => new Date(NOW_MS + afterS * 1000).toISOString();
const orders = suite("a signed request");

/** An announced change, as the aggregator sends it. */
function order(change: Record<string, unknown> = {}) {
  const id = crypto.randomUUID();
  const target = { target: HERE, expiresWallTime: wall(300), untilWallTime: wall(1800) };
  const body = { ...target, what: "new nozzle", by: "anna", ...change };
  const command = { contractVersion: 1, id, verb: "maintenance", body } as const;
  return encode("command", { id, source: "printwarden-cloud", time: wall(0) }, command as never);
}

async function deskOf() {
  const key = await makeSigningKey();
  const taken: string[] = [];
  const desk = new CommandDesk(silent, {
    site: "s1",
    device: "d1",
    printers: new Set(["p1", "p2"]),
    keys: () => new Map([[key.kid, key.publicJwk]]),
    clock: { nowMs: () => NOW_MS, quality: () => "synced" } as never,
    takeJob: () => Promise.resolve({ ok: true, value: "registered" }),
    takeMaintenance(printer, body) {
      const window = readMaintenance({ ...HERE, printer }, body, NOW_MS);
      if (window.ok) taken.push(printer);
      return window.ok ? { ok: true, value: "announced" } : window;
    },
    takeReceipt(printer, body) {
      const receipt = readReceipt({ ...HERE, printer }, body, NOW_MS);
      if (receipt.ok) taken.push(`receipt of ${printer}`);
      return receipt.ok ? { ok: true, value: "confirmed" } : receipt;
    },
  });
  const ask = async (bytes: Uint8Array, signature: string, at = HERE, verb = "maintenance") => {
    const subject = commandSubject(at, verb as "maintenance");
    const reply = decode("reply", await desk.take({ subject, bytes, signature }));
    if (!reply.ok) throw new Error(reply.issue);
    return reply.value.data;
  };
  const signedBy = (by: SigningKey) => (bytes: Uint8Array) => signDetached(bytes, by);
  return { desk, ask, taken, sign: signedBy(key), signByOther: signedBy(await makeSigningKey()) };
}

orders("is taken once; sent again it is refused and counted", async () => {
  const { desk, ask, taken, sign } = await deskOf();
  const bytes = order();
  const signature = await sign(bytes);
  assert.ok((await ask(bytes, signature)).ok);
  const again = await ask(bytes, signature);
  assert.not.ok(again.ok);
  assert.match(again.detail, "taken before");
  assert.equal(taken, ["p1"]);
  assert.is(desk.refused, 1);
  const next = order();
  assert.ok((await ask(next, await sign(next))).ok, "another order is another matter");
});

orders(
  "that is forged, altered, misdirected or stale is refused, said why, and counted",
  async () => {
    const { desk, ask, taken, sign, signByOther } = await deskOf();
    const good = order();
    const text = new TextDecoder().decode(good).replace("new nozzle", "nothing at all");
    const stale = order({ expiresWallTime: wall(-1) });
    const elsewhere = order({ target: { ...HERE, printer: "p2" } });
    const p2 = { ...HERE, printer: "p2" };
    const refusals: [string, Promise<{ ok: boolean; detail: string }>, RegExp][] = [
      ["unsigned", ask(good, ""), /'header\.\.signature' was required/],
      ["by a key that isn't pinned", ask(good, await signByOther(good)), /is not pinned here/],
      [
        "altered",
        ask(new TextEncoder().encode(text), await sign(good)),
        /pinned key's was required/,
      ],
      ["on another printer's subject", ask(good, await sign(good), p2), /s1\/d1\/p1/],
      ["of another printer", ask(elsewhere, await sign(elsewhere)), /s1\/d1\/p2/],
      [
        "of another device",
        ask(good, await sign(good), { ...HERE, device: "d2" }),
        /this device's/,
      ],
      ["on another verb's subject", ask(good, await sign(good), HERE, "job"), /own subject/],
      ["over", ask(stale, await sign(stale)), /in force/],
    ];
    for (const [what, asked, issue] of refusals) {
      const { ok, detail } = await asked;
      assert.not.ok(ok, what);
      assert.match(detail, issue, what);
    }
    assert.equal(taken, []);
    assert.is(desk.refused, refusals.length);
  },
);

orders("of what the read model has is taken for its printer alone, while it holds", async () => {
  const { ask, taken, sign } = await deskOf();
  const id = crypto.randomUUID();
  const receipt = (change: Record<string, unknown>) => {
    const lists = { stored: [{ id, revision: 1 }], missing: [] };
    const body = { target: HERE, expiresWallTime: wall(300), ...lists, ...change };
    const command = { contractVersion: 1, id: crypto.randomUUID(), verb: "receipt", body } as const;
    return encode("command", { id, source: "printwarden-cloud", time: wall(0) }, command as never);
  };
  const said = async (change: Record<string, unknown>) => {
    const bytes = receipt(change);
    return (await ask(bytes, await sign(bytes), HERE, "receipt")).detail;
  };
  assert.is(await said({}), "confirmed");
  assert.match(await said({ target: { ...HERE, printer: "p2" } }), /an order for s1\/d1\/p1/);
  assert.match(await said({ expiresWallTime: wall(-1) }), /in force/);
  assert.match(await said({ stored: [{ id: "x", revision: 0 }] }), /at 'stored\.0/);
  const unsigned = receipt({});
  assert.not.ok((await ask(unsigned, "", HERE, "receipt")).ok);
  assert.equal(taken, ["receipt of p1"]);
});

orders.run();
