/** A release that somebody laid onto the card: taken once, by its keys, and never into a trap. */
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type CardUpdate, takeCardRelease } from "../../../edge/first_boot/card_release.ts";
import { Releases } from "../../../edge/update/layout_file.ts";
import { recover } from "../../../edge/update/update_shell.ts";
import { makeSigningKey } from "../../../shared/signing.ts";
import { FakeDevice, key, releaseOf } from "../update/release_fixture.ts";

const tests = suite("a release on the card");
const folder = await Deno.makeTempDir({ prefix: "printwarden-card-release-" });
const [older, newer] = [await releaseOf(folder, "1.0.0"), await releaseOf(folder, "1.1.0")];
const foreign = await releaseOf(await Deno.makeTempDir({ dir: folder }), "2.0.0", {
  ...await makeSigningKey(),
});
const PROGRAM = new URL("../../../scripts/systemd/program", import.meta.url).pathname;
tests.after(() => Deno.remove(folder, { recursive: true }));

class Card implements CardUpdate {
  readonly root = Deno.makeTempDirSync({ dir: folder });
  readonly card = join(this.root, "card");
  readonly releases = new Releases(join(this.root, "state/releases"));
  readonly device = new FakeDevice(this.releases);
  readonly keysFile = join(this.root, "release-keys.json");
  writes = 0;
  machine = {
    whileCardIsWritable: (_: string, doing: () => Promise<void>) => (this.writes++, doing()),
  };

  constructor() {
    Deno.mkdirSync(this.card);
    this.write("release-keys.json", JSON.stringify({ keys: [key.publicJwk] }));
  }

  write(name: string, text: string): void {
    Deno.writeTextFileSync(join(this.card, name), text);
  }

  lay(file: string): void {
    Deno.copyFileSync(file, join(this.card, file.split("/").pop()!));
  }

  names(): string[] {
    return [...Deno.readDirSync(this.card)].map(({ name }) => name)
      .filter((name) => name.startsWith("printwarden-1") || name.startsWith("printwarden-2"))
      .sort();
  }

  word(): string {
    return Deno.readTextFileSync(join(this.card, "printwarden-update.txt"));
  }

  /** What would start now. */
  async program(): Promise<string> {
    const { stdout } = await new Deno.Command("sh", { args: [PROGRAM, this.root] }).output();
    return new TextDecoder().decode(stdout).trim().slice(this.root.length);
  }
}

tests("is taken, starts from then on, and isn't looked at again", async () => {
  const card = new Card();
  assert.is(await card.program(), "/opt/printwarden");
  card.lay(older);
  await takeCardRelease(card);
  assert.is(card.word(), "printwarden-1.0.0.release: 1.0.0 is in use\r\n");
  assert.equal(card.names(), ["printwarden-1.0.0.release.taken"]);
  assert.is(await card.program(), "/state/releases/releases/1.0.0");
  const { writes } = card;
  await takeCardRelease(card);
  assert.is(card.writes, writes, "a later start writes nothing");
});

tests("of several the newest is taken, and the others are told to be older", async () => {
  const card = new Card();
  for (const file of [older, newer]) card.lay(file);
  card.write("._printwarden-3.0.0.release", "what a Mac leaves beside each file");
  await takeCardRelease(card);
  assert.is(await card.releases.current(), "1.1.0");
  assert.equal(card.names(), [
    "printwarden-1.0.0.release.refused",
    "printwarden-1.1.0.release.taken",
  ]);
  assert.match(card.word(), "a later version than 1.1.0 was required");
});

tests("another's, or a torn one, changes nothing", async () => {
  const card = new Card();
  card.lay(foreign);
  card.write("printwarden-1.5.0.release", "printwarden-release 1\n{");
  await takeCardRelease(card);
  assert.is(card.device.restarts, 0);
  assert.is(await card.program(), "/opt/printwarden");
  assert.equal(card.names(), [
    "printwarden-1.5.0.release.refused",
    "printwarden-2.0.0.release.refused",
  ]);
});

tests("keys that are pinned stay; those on the card are taken where there are none", async () => {
  const card = new Card();
  const other = await makeSigningKey();
  Deno.writeTextFileSync(card.keysFile, JSON.stringify({ keys: [other.publicJwk] }));
  card.lay(older);
  await takeCardRelease(card);
  assert.is(await card.releases.current(), null);
  assert.match(Deno.readTextFileSync(card.keysFile), other.publicJwk.x!);
});

tests("without any keys it waits for them, and the card says so", async () => {
  const card = new Card();
  Deno.removeSync(join(card.card, "release-keys.json"));
  card.lay(older);
  await takeCardRelease(card);
  assert.match(card.word(), "Cannot read the release keys");
  assert.equal(card.names(), ["printwarden-1.0.0.release"]);
});

tests("one that does badly is taken back and not tried again", async () => {
  const card = new Card();
  card.lay(older);
  await takeCardRelease(card);
  card.device.broken.add("1.1.0");
  card.lay(newer);
  await takeCardRelease(card);
  assert.match(card.word(), /did not prove itself.*1\.0\.0 runs again/);
  assert.is(await card.program(), "/state/releases/releases/1.0.0");
  const { restarts } = card.device;
  await takeCardRelease(card);
  assert.is(card.device.restarts, restarts);
});

tests("a job is let end before it is tried", async () => {
  const card = new Card();
  card.lay(older);
  await takeCardRelease(card);
  card.device.state = "printing";
  const endsS = card.device.nowS + 3600;
  const wait = card.device.wait.bind(card.device);
  card.device.wait = (ms) => {
    if (card.device.nowS > endsS) card.device.state = "idle";
    return wait(ms);
  };
  card.lay(newer);
  await takeCardRelease(card);
  assert.is(await card.releases.current(), "1.1.0");
  assert.ok(card.device.nowS > endsS);
});

/** Power goes at one of the device's acts: nothing after it happens. */
for (const at of ["restartAgent", "doctor", "wait"] as const) {
  tests(`a power cut at '${at}' of a trial leaves a card that starts what did well`, async () => {
    const card = new Card();
    card.lay(older);
    await takeCardRelease(card);
    card.lay(newer);
    const cut = new Promise<never>(() => {});
    const reached = new Promise<void>((tell) => {
      const act = card.device[at].bind(card.device) as (...args: unknown[]) => Promise<never>;
      Object.assign(card.device, {
        [at]: async (...args: unknown[]) => {
          if ((await card.releases.trial() as { value?: unknown }).value == null) {
            return await act(...args);
          }
          tell();
          return await cut;
        },
      });
    });
    void takeCardRelease(card);
    await reached;
    assert.ok((await card.program()).startsWith("/state/releases/releases/1."));

    const after = new FakeDevice(card.releases);
    after.bootId = "boot-2";
    after.alive.clear();
    await recover(card.releases, after);
    assert.is(await card.program(), "/state/releases/releases/1.0.0");
    await takeCardRelease({ ...card, device: after });
    assert.match(card.word(), "its trial was cut off");
    assert.is(await card.program(), "/state/releases/releases/1.0.0");
    assert.is(after.restarts, 0, "what may have been the cause isn't tried again by itself");
  });
}

tests.run();
