import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Manifest } from "../../../shared/manifest.ts";
import { buildManifest } from "../../../edge/reference/build_manifest.ts";
import { layerAt, openManifest } from "../../../edge/reference/job.ts";
import { manifestOfFile } from "../../../edge/reference/manifest_file.ts";
import { createReference } from "../../../edge/reference/reference.ts";
import { manifestOf, partLines, SALT, sentLines } from "./stream.ts";

const manifests = suite("manifest");

const lines = partLines("gear-prusaslicer");
const manifest = manifestOf(lines);

manifests("fits its schema and goes through JSON", () => {
  const back = JSON.parse(JSON.stringify(manifest));
  assert.ok(Manifest.safeParse(back).success);
  assert.ok(openManifest(back).ok);
});

manifests("takes 6 bytes a command and little more", () => {
  assert.is(manifest.fingerprints.length, Math.ceil(manifest.commandCount * 6 / 3) * 4);
  const { maps, ...rest } = manifest;
  const size = JSON.stringify(rest).length;
  assert.ok(size < manifest.commandCount * 9 + 10_000, `${size} for ${manifest.commandCount}`);
  const mapsSize = JSON.stringify(maps).length;
  assert.ok(mapsSize < manifest.commandCount * 3, `${mapsSize} for ${manifest.commandCount}`);
});

manifests("holds no move of the job in clear", () => {
  const text = JSON.stringify({ ...manifest, fingerprints: "" });
  assert.not.match(text, /G1 X/);
});

manifests("is the same for the same job however it is written", () => {
  const sent = manifestOf(sentLines(lines));
  assert.is(sent.jobDigest, manifest.jobDigest);
  assert.is(sent.fingerprints, manifest.fingerprints);
  const shouted = manifestOf(sentLines(lines).map((line) => line.toLowerCase().replace(/ /g, "")));
  assert.is(shouted.jobDigest, manifest.jobDigest);
  const other = manifestOf([...sentLines(lines), "G1 X1"]);
  assert.is.not(other.jobDigest, manifest.jobDigest);
});

manifests("is keyed by its salt", () => {
  const other = buildManifest(lines, { salt: SALT.replaceAll("0", "f") });
  if (!other.ok) throw new Error(other.issue);
  assert.is(other.value.jobDigest, manifest.jobDigest);
  assert.is.not(other.value.fingerprints, manifest.fingerprints);
  assert.is.not(other.value.blockDigests, manifest.blockDigests);
});

manifests("profiles each layer", () => {
  const text = `M140 S60
    M104 S210
    G28
    G1 Z0.2 F600
    M106 S127.5
    G1 X0 Y0
    G1 X100 Y0 E5 F1200
    G1 X100 Y100 E10 F2400
    G1 E9 F2100
    G92 E9
    M104 S205
    G1 Z0.4
    G1 X0 Y0 F9000
    G1 E10
    G1 X50 Y0 E12 F1200`;
  const small = manifestOf(text.split("\n"));
  assert.is(small.layers.length, 2);
  const [first, second] = small.layers;
  assert.equal(
    [first!.zMm, first!.pathMm, first!.extrudedMm, first!.retractions, first!.hotendC],
    [0.2, 200, 10, 1, 210],
  );
  assert.equal([first!.fanDuty, first!.bedC], [0.5, 60]);
  assert.equal(first!.feedrateMmPerS, [20, 20, 40]);
  assert.equal([second!.hotendC, second!.pathMm, second!.extrudedMm], [205, 50, 2]);
  assert.ok(Math.abs(first!.timeS + second!.timeS - small.totals.timeS) < 2);
  assert.equal(small.settings.map((each) => each.text), [
    "M140 S60",
    "M104 S210",
    "M106 S127.5",
    "M104 S205",
  ]);
  const opened = openManifest(small);
  if (!opened.ok) throw new Error(opened.issue);
  assert.equal([0, 6, 13, 14].map((at) => layerAt(opened.value, at)), [null, 0, 0, 1]);
});

manifests("agrees with the slicer's own layers and filament", () => {
  const used = lines.map((line) => /^; filament used \[mm\] = ([\d.]+)/.exec(line)).find((m) => m);
  const filament = Number(used![1]);
  assert.ok(Math.abs(manifest.totals.extrudedMm - filament) / filament < 0.01);
  const commented = lines.filter((line) => line.startsWith(";LAYER_CHANGE")).length;
  assert.is(manifest.layers.length, commented);
});

manifests("refuses what is no job", () => {
  const table: [string[], string][] = [
    [[], "got none"],
    [["; only a comment", ""], "got none"],
    [["M105", "M117 hi"], "got none"],
    [["G28", "5 5 5"], "in line 2"],
    [["G28", "G20", "G1 X1"], "inches"],
  ];
  for (const [text, part] of table) {
    const built = buildManifest(text, { salt: SALT });
    assert.not(built.ok, JSON.stringify(text));
    if (!built.ok) assert.match(built.issue, part);
  }
});

manifests("refuses a job of sizes that no manifest can say", () => {
  const far = `1${"02".repeat(100)}`;
  const made = buildManifest(["G28", "G1 Z0.2", `G1 X${far} Y10 E1`], { salt: SALT });
  assert.not(made.ok);
  if (!made.ok) assert.match(made.issue, "a printer can have were required, got 'layers.0.pathMm'");
});

manifests("refuses a manifest that breaks its schema or its own counts", () => {
  const broken: unknown[] = [
    null,
    {},
    { ...manifest, version: 2 },
    { ...manifest, more: 1 },
    { ...manifest, salt: "short" },
    { ...manifest, commandCount: manifest.commandCount + 1 },
    { ...manifest, blockDigests: "AAAA" },
    { ...manifest, fingerprints: "%%%%" },
  ];
  for (const value of broken) {
    const opened = createReference(value as Manifest);
    assert.not(opened.ok);
    if (!opened.ok) assert.match(opened.issue, /^Cannot read a manifest: /);
  }
});

manifests("reads files and refuses those that are none", async () => {
  const part = new URL("../../../scripts/parts/bracket-cura.gcode", import.meta.url).pathname;
  const read = await manifestOfFile(part);
  assert.ok(read.ok);
  const again = await manifestOfFile(part);
  assert.ok(read.ok && again.ok && read.value.salt !== again.value.salt);
  const missing = await manifestOfFile("/nonexistent.gcode");
  assert.not(missing.ok);
  const binary = await Deno.makeTempFile();
  await Deno.writeTextFile(binary, "GCDE\x01");
  const refusedFile = await manifestOfFile(binary);
  await Deno.remove(binary);
  assert.not(refusedFile.ok);
  if (!refusedFile.ok) assert.match(refusedFile.issue, "binary G-code");
});

manifests.run();
