import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Releases } from "../../../edge/update/layout_file.ts";
import { checkUnpacked } from "../../../edge/update/release_file.ts";
import { checkCurrent, goBackTo, recover, update } from "../../../edge/update/update_shell.ts";
import { makeSigningKey } from "../../../shared/signing.ts";
import { FakeDevice, pinned, releaseOf } from "./release_fixture.ts";

const tests = suite("an update");
const folder = await Deno.makeTempDir({ prefix: "printwarden-update-" });
const WISHES = { whilePrinting: false, downgrade: false, proveMs: 60_000, steadyS: 10 };
const [one, two, three] = [
  await releaseOf(folder, "1.0.0"),
  await releaseOf(folder, "1.1.0"),
  await releaseOf(folder, "1.2.0"),
];
tests.after(() => Deno.remove(folder, { recursive: true }));

/** A device with the first release in use. */
async function installed(root = join(folder, crypto.randomUUID())) {
  const releases = new Releases(root);
  const device = new FakeDevice(releases);
  const first = await update(releases, device, one, pinned, WISHES);
  assert.equal(first, { ok: true, value: "1.0.0" });
  return { releases, device: await device.start() };
}

tests("is taken, started, and kept once it proved itself", async () => {
  const { releases, device } = await installed();
  const done = await update(releases, device, two, pinned, WISHES);
  assert.equal(done, { ok: true, value: "1.1.0" });
  assert.is(await releases.current(), "1.1.0");
  assert.equal(await releases.versions(), ["1.0.0", "1.1.0"]);
  assert.equal(await checkCurrent(releases, pinned), { ok: true, value: "1.1.0" });
  assert.equal(await releases.trial(), { ok: true, value: null });
  assert.is(Deno.readLinkSync(join(releases.root, "proven")), "releases/1.1.0");
});

tests("can be read by agent and taps, however strict the umask of who installs it is", async () => {
  const before = Deno.umask(0o077);
  try {
    const { releases } = await installed();
    const unpacked = releases.folder("1.0.0");
    for (const path of [releases.root, join(releases.root, "releases"), unpacked]) {
      assert.is(Deno.statSync(path).mode! & 0o777, 0o755, path);
    }
    assert.is(Deno.statSync(join(unpacked, "edge/models")).mode! & 0o777, 0o755);
    assert.is(Deno.statSync(join(unpacked, "edge/main.js")).mode! & 0o777, 0o644);
  } finally {
    Deno.umask(before);
  }
});

tests("two at once never meet: the second is refused, the first ends as it would", async () => {
  const { releases, device } = await installed();
  const other = new FakeDevice(releases);
  let second: Awaited<ReturnType<typeof update>> | null = null;
  const doctor = device.doctor.bind(device);
  device.doctor = async (version) => {
    second ??= await update(new Releases(releases.root), other, three, pinned, WISHES);
    return await doctor(version);
  };
  assert.equal(await update(releases, device, two, pinned, WISHES), { ok: true, value: "1.1.0" });
  assert.match((second as unknown as { issue: string }).issue, /another updater is at work/);
  assert.is(other.restarts, 0);
  assert.equal(await releases.versions(), ["1.0.0", "1.1.0"]);
});

const failures: [string, (device: FakeDevice) => void, RegExp][] = [
  ["whose agent never comes up", (device) => device.broken.add("1.1.0"), /no agent says/],
  ["whose signs of life never arrive", (device) => device.mute.add("1.1.0"), /no sign of life/],
  ["that leaves something to be done", (device) => device.ill.add("1.1.0"), /models: of 1.1.0/],
];
for (const [what, make, words] of failures) {
  tests(`one ${what} is taken back by itself`, async () => {
    const { releases, device } = await installed();
    make(device);
    const done = await update(releases, device, two, pinned, WISHES);
    assert.is(done.ok, false);
    if (!done.ok) assert.match(done.issue, words);
    if (!done.ok) assert.match(done.issue, /1\.0\.0 runs again$/);
    assert.is(await releases.current(), "1.0.0");
    assert.is((await device.status())?.version, "1.0.0");
    assert.equal(await releases.trial(), { ok: true, value: null });
  });
}

tests("one whose trial breaks off with an exception is taken back at once", async () => {
  const { releases, device } = await installed();
  const doctor = device.doctor.bind(device);
  device.doctor = (version) => {
    if (version === "1.1.0") throw new Error("no memory for a doctor");
    return doctor(version);
  };
  const done = await update(releases, device, two, pinned, WISHES);
  assert.ok(!done.ok && /no memory for a doctor; 1\.0\.0 runs again$/.test(done.issue));
  assert.is(await releases.current(), "1.0.0");
  assert.equal(await releases.trial(), { ok: true, value: null });
});

tests("a first one that does badly leaves what was installed before it", async () => {
  const releases = new Releases(join(folder, crypto.randomUUID()));
  const device = new FakeDevice(releases);
  device.broken.add("1.0.0");
  const done = await update(releases, device, one, pinned, WISHES);
  assert.ok(!done.ok && /what was installed before is in use/.test(done.issue));
  assert.is(await releases.current(), null);
  assert.equal(await releases.trial(), { ok: true, value: null });
  assert.is(device.restarts, 2);
});

tests("where the broker was away before it isn't asked for after", async () => {
  const { releases, device } = await installed();
  for (const version of ["1.0.0", "1.1.0"]) device.mute.add(version);
  assert.ok((await update(releases, device, two, pinned, WISHES)).ok);
});

tests("never comes in the midst of a job unless a person says so", async () => {
  const { releases, device } = await installed();
  for (const state of ["printing", "paused", "attention"] as const) {
    device.state = state;
    const done = await update(releases, device, two, pinned, WISHES);
    assert.ok(!done.ok && /left is in the midst of a job/.test(done.issue));
    assert.is(await releases.current(), "1.0.0");
  }
  assert.ok((await update(releases, device, two, pinned, { ...WISHES, whilePrinting: true })).ok);
});

tests("nor where the agent hangs, so that nobody knows whether a job runs", async () => {
  const { releases, device } = await installed();
  const last = await device.status();
  device.status = () => Promise.resolve(last);
  device.nowS += 11;
  const before = device.restarts;
  const done = await update(releases, device, two, pinned, WISHES);
  assert.ok(!done.ok && /said nothing for 11 s/.test(done.issue));
  assert.is(device.restarts, before);
  Reflect.deleteProperty(device, "status");
  assert.ok((await update(releases, device, two, pinned, WISHES)).ok);
});

tests("nor where a job begins while it is unpacked and looked at", async () => {
  const { releases, device } = await installed();
  const doctor = device.doctor.bind(device);
  device.doctor = (version) => {
    device.state = "printing";
    return doctor(version);
  };
  const before = device.restarts;
  const done = await update(releases, device, two, pinned, WISHES);
  assert.ok(!done.ok && /left is in the midst of a job/.test(done.issue));
  assert.is(device.restarts, before, "the agent goes on guarding");
  assert.is(await releases.current(), "1.0.0");
  assert.equal(await releases.trial(), { ok: true, value: null });
});

tests(
  "an older one, or the one in use, is refused unless a person asks for the older",
  async () => {
    const { releases, device } = await installed();
    await update(releases, device, two, pinned, WISHES);
    const same = await update(releases, device, two, pinned, WISHES);
    assert.ok(!same.ok && /the one in use/.test(same.issue));
    const older = await update(releases, device, one, pinned, WISHES);
    assert.ok(!older.ok && /a later version than 1\.1\.0/.test(older.issue));
    assert.ok((await update(releases, device, one, pinned, { ...WISHES, downgrade: true })).ok);
    assert.is(await releases.current(), "1.0.0");
  },
);

tests("one that another key signed changes nothing", async () => {
  const { releases, device } = await installed();
  const foreign = await releaseOf(folder, "9.0.0", await makeSigningKey());
  const done = await update(releases, device, foreign, pinned, WISHES);
  assert.ok(!done.ok && /isn't pinned|not pinned/.test(done.issue));
  assert.equal(await releases.versions(), ["1.0.0"]);
});

tests("one with any byte altered is refused, wherever the byte stands", async () => {
  const { releases, device } = await installed();
  const bytes = await Deno.readFile(two);
  const altered = join(folder, "altered.release");
  for (let at = 0; at < bytes.length; at += 7) {
    const copy = bytes.slice();
    copy[at] = copy[at]! ^ 1;
    await Deno.writeFile(altered, copy);
    const done = await update(releases, device, altered, pinned, WISHES);
    assert.is(done.ok, false, `byte ${at} of ${bytes.length}`);
  }
  for (const length of [0, 10, 200, bytes.length - 1]) {
    await Deno.writeFile(altered, bytes.slice(0, length));
    assert.is((await update(releases, device, altered, pinned, WISHES)).ok, false);
  }
  assert.equal(await releases.versions(), ["1.0.0"]);
  assert.is(await releases.current(), "1.0.0");
});

tests("three releases are kept, the one in use among them", async () => {
  const { releases, device } = await installed();
  await update(releases, device, two, pinned, WISHES);
  await update(releases, device, three, pinned, WISHES);
  await update(releases, device, await releaseOf(folder, "1.10.0"), pinned, WISHES);
  assert.equal(await releases.versions(), ["1.1.0", "1.2.0", "1.10.0"]);
});

tests("a person may go back, but to no release that was altered since", async () => {
  const { releases, device } = await installed();
  await update(releases, device, two, pinned, WISHES);
  assert.ok((await goBackTo(releases, device, "1.0.0", pinned, { ...WISHES, downgrade: true })).ok);
  assert.is(await releases.current(), "1.0.0");
  await Deno.writeTextFile(join(releases.folder("1.1.0"), "edge/main.js"), "// another");
  const done = await goBackTo(releases, device, "1.1.0", pinned, WISHES);
  assert.ok(!done.ok && /'edge\/main\.js' was altered/.test(done.issue));
});

tests("a file that was added or altered in the release in use is found", async () => {
  const { releases } = await installed();
  const extra = join(releases.folder("1.0.0"), "edge/extra.js");
  await Deno.writeTextFile(extra, "// nobody signed this");
  const checked = await checkCurrent(releases, pinned);
  assert.ok(!checked.ok && /'edge\/extra\.js' is no part of it/.test(checked.issue));
});

class PowerCut extends Error {}

/** Releases that lose their power after so many changes of the disk. */
class CutReleases extends Releases {
  constructor(root: string, public left: number) {
    super(root);
  }

  #cut(): void {
    if (this.left-- <= 0) throw new PowerCut();
  }

  override async add(...args: Parameters<Releases["add"]>) {
    this.#cut();
    const done = await super.add(...args);
    this.#cut();
    return done;
  }

  override async beginTrial(...args: Parameters<Releases["beginTrial"]>) {
    await super.beginTrial(...args);
    this.#cut();
  }

  override async switchTo(...args: Parameters<Releases["switchTo"]>) {
    this.#cut();
    await super.switchTo(...args);
    this.#cut();
  }

  override async endTrial() {
    this.#cut();
    await super.endTrial();
    this.#cut();
  }
}

for (const fails of [false, true]) {
  tests(
    `a power cut at any point of an update that ${
      fails ? "fails" : "succeeds"
    } ends with a whole ` +
      "release that had proven itself",
    async () => {
      let cuts = 0;
      for (let after = 0;; after++) {
        const root = join(folder, crypto.randomUUID());
        const { device } = await installed(root);
        const releases = new CutReleases(root, after);
        const cut = new FakeDevice(releases);
        Object.assign(cut, { nowS: device.nowS });
        if (fails) cut.broken.add("1.1.0");
        await cut.start();
        const isCut = await update(releases, cut, two, pinned, WISHES).then(
          () => false,
          (error) => {
            if (error instanceof PowerCut) return true;
            throw error;
          },
        );
        if (!isCut) break;
        cuts++;
        // The next boot: no agent runs yet.
        const next = new Releases(root);
        const fresh = new FakeDevice(next);
        fresh.bootId = "boot-2";
        const ended = await recover(next, fresh);
        assert.ok(ended.ok, ended.ok ? "" : ended.issue);
        assert.equal(await next.trial(), { ok: true, value: null });
        const current = await next.current();
        assert.ok(current === "1.0.0" || (!fails && current === "1.1.0"), `${current}`);
        assert.ok((await checkUnpacked(next.folder(current!), pinned)).ok, `cut ${after}`);
        await fresh.start();
        const again = await update(next, fresh, two, pinned, WISHES);
        assert.ok(again.ok || /the one in use/.test(again.issue), "it can be tried again");
      }
      assert.ok(cuts >= 8, `${cuts} cuts`);
    },
  );
}

tests("an updater that was killed leaves its trial to the next look", async () => {
  const { releases, device } = await installed();
  const trial = { from: "1.0.0", to: "1.1.0", pid: device.pid, bootId: device.bootId };
  const cut = new CutReleases(releases.root, 4);
  await update(cut, device, two, pinned, WISHES).catch(() => {});
  assert.equal(await releases.trial(), { ok: true, value: trial });
  assert.match((await recover(releases, device) as { value: string }).value, /watches over/);
  const busy = await update(releases, device, three, pinned, WISHES);
  assert.ok(!busy.ok && /1\.1\.0 is under trial/.test(busy.issue));
  device.alive.clear();
  await device.start();
  assert.equal(await recover(releases, device), { ok: true, value: "1.1.0 proved itself" });
  assert.is(await releases.current(), "1.1.0");
});

tests("a killed updater's release that does badly is taken back by the next look", async () => {
  const { releases, device } = await installed();
  await update(new CutReleases(releases.root, 4), device, two, pinned, WISHES).catch(() => {});
  device.broken.add("1.1.0");
  device.alive.clear();
  await device.start();
  assert.match((await recover(releases, device) as { value: string }).value, /1\.0\.0 is back/);
  assert.is((await device.status())?.version, "1.0.0");
});

tests.run();
