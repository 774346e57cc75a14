import { suite } from "uvu";
import * as assert from "uvu/assert";
import { initCalibration } from "../../../../edge/twin/thermal/calibration.ts";
import { HEATER_PRIORS } from "../../../../edge/twin/thermal/parameters.ts";
import {
  ProfileFile,
  readProfile,
  writeProfile,
} from "../../../../edge/twin/thermal/profile_file.ts";
import { changed } from "../../../shared/payloads.ts";

const fit = (size: number) => ({
  mean: Array<number>(size).fill(0.1),
  covariance: Array<number>(size * size).fill(0.2),
  variance: 0.01,
  taught: 300,
});
const LAW = {
  withReadings: fit(8),
  without: fit(4),
  errorMeanK: 0.1,
  errorVariance: 0.2,
  stillShare: 0,
  anchor: { answers: [0.1, 0, 0, 0], variance: 0.01 },
};
const HEATER = {
  calibration: initCalibration(HEATER_PRIORS.hotend),
  ambientC: 23.5,
  lagPerS: 0.22,
  biasShare: 0.01,
  accounts: [1, 2, 3].map((noiseK2) => ({ noiseK2: [noiseK2, 0, 0], seenS: [900, 0, 0] })),
  dutySwing: 0.12,
  sensor: { longestRun: 4, usualK: 0.06, seen: 900, laws: [null, LAW, null] },
};
const PROFILE: ProfileFile = { version: 2, revision: 3, hotend: HEATER, bed: null };

async function inFolder(work: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await work(`${folder}/profile.json`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const test = suite("profile file");

test("comes back as it was written, and leaves nothing beside it", () =>
  inFolder(async (path) => {
    await writeProfile(path, PROFILE);
    assert.equal(await readProfile(path), { ok: true, value: PROFILE });
    const folder = path.slice(0, path.lastIndexOf("/"));
    assert.equal([...Deno.readDirSync(folder)].map(({ name }) => name), ["profile.json"]);
  }));

test("replaces the one before as a whole", () =>
  inFolder(async (path) => {
    await writeProfile(path, PROFILE);
    await writeProfile(path, { ...PROFILE, revision: 4, hotend: null });
    assert.equal(await readProfile(path), {
      ok: true,
      value: { version: 2, revision: 4, hotend: null, bed: null },
    });
  }));

test("that isn't there is no profile", () =>
  inFolder(async (path) => {
    assert.equal(await readProfile(path), { ok: true, value: null });
  }));

test("that can't be read is refused with its path", async () => {
  const folder = await Deno.makeTempDir();
  const read = await readProfile(folder);
  await Deno.remove(folder);
  assert.not.ok(read.ok);
  if (!read.ok) assert.match(read.issue, `Cannot read the profile ${folder}: `);
});

for (const text of ["", "{", "null", "[]", "7", '{"version":1}', "\u0000".repeat(100)]) {
  test(`holding ${JSON.stringify(text).slice(0, 20)} is refused with the reason`, () =>
    inFolder(async (path) => {
      await Deno.writeTextFile(path, text);
      const read = await readProfile(path);
      assert.not.ok(read.ok);
      if (!read.ok) assert.match(read.issue, new RegExp(`^Cannot read the profile .*: .+[^.]$`));
    }));
}

test("is never written broken", () =>
  inFolder(async (path) => {
    await writeProfile(path, PROFILE);
    const broken = changed(PROFILE, "hotend.ambientC", NaN);
    let refused = false;
    await writeProfile(path, broken).catch(() => refused = true);
    assert.ok(refused);
    assert.equal(await readProfile(path), { ok: true, value: PROFILE });
  }));

const BOUNDS: [path: string, good: unknown[], bad: unknown[]][] = [
  ["version", [2], [1, 3, "2", null]],
  ["revision", [1, 1e6], [0, 1.5, null]],
  ["hotend", [null], [undefined, {}]],
  ["bed", [HEATER], [undefined, 1]],
  ["hotend.ambientC", [-20, 80], [-20.1, 80.1, NaN, null]],
  ["hotend.lagPerS", [0.02, 5], [0.019, 5.1, NaN, null]],
  ["hotend.biasShare", [-0.5, 0, 0.5], [-0.6, 0.6, NaN, null]],
  ["hotend.accounts", [], [[], null]],
  ["hotend.accounts.0.noiseK2", [[0, 0, 0]], [[0, 0], [0, 0, -1], null]],
  ["hotend.accounts.0.seenS", [[0, 1, 2]], [[0, 0], [0, 0, NaN], null]],
  ["hotend.sensor.longestRun", [1, 1000], [0, 1001, null]],
  ["hotend.sensor.usualK", [0, 20], [-0.1, 20.1, null]],
  ["hotend.sensor.seen", [0, 1e6], [-1, 0.5, null]],
  ["hotend.sensor.laws", [[null, LAW, null], undefined], [[null, LAW], [LAW, LAW, 1], null]],
  ["hotend.sensor.laws.1.anchor", [null], [undefined, { answers: [1], variance: 1 }]],
  ["hotend.sensor.laws.1.withReadings.mean", [Array(8).fill(1)], [Array(7).fill(1), null]],
  ["hotend.sensor.laws.1.without.covariance", [Array(16).fill(1)], [Array(16).fill(NaN), null]],
  ["hotend.sensor.laws.1.without.variance", [0, 1], [-0.1, 1.1, null]],
  ["hotend.calibration.mean", [[1, 2, 3, 4, 5]], [[1, 2, 3, 4], [1, 2, 3, 4, NaN], null]],
  ["hotend.calibration.covariance", [Array(25).fill(0)], [Array(24).fill(0), null]],
  ["hotend.calibration.information", [Array(25).fill(0)], [Array(24).fill(0), null]],
  ["hotend.calibration.evidence", [[1, 2, 3, 4, 5]], [[1, 2, 3, 4], [1, 2, 3, 4, NaN], null]],
  ["hotend.calibration.windows", [0], [-1, 0.5, null]],
  ["hotend.calibration.misfit", [0], [-1, NaN, null]],
  ["hotend.more", [], [1]],
  ["more", [], [1]],
];

for (const [path, good, bad] of BOUNDS) {
  test(`takes ${path} within its bounds and refuses it outside`, () => {
    for (const value of good) {
      assert.ok(ProfileFile.safeParse(changed(PROFILE, path, value)).success);
    }
    for (const value of bad) {
      const read = ProfileFile.safeParse(changed(PROFILE, path, value));
      assert.not.ok(read.success, `${JSON.stringify(value)}`);
    }
  });
}

test.run();
