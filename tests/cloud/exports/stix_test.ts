import { suite } from "uvu";
import * as assert from "uvu/assert";
import { stixBundle } from "../../../cloud/exports/stix.ts";
import type { CaseExport } from "../../../cloud/exports/case_export.ts";
import { CLOSED, CONFIRMED, EXPECTED, exportAfter } from "./export_fixture.ts";
import { schemaCheck } from "./schema_check.ts";

const stix = suite("STIX bundle");
const issues = schemaCheck("stix-2.1.json");

interface Bundle {
  objects: Record<string, unknown>[] & { type: string; id: string }[];
}

function bundleOf(exported: CaseExport): Bundle {
  const bundle = stixBundle(exported);
  if (!bundle.ok) throw new Error(bundle.issue);
  return JSON.parse(JSON.stringify(bundle.value));
}

for (
  const [name, exported] of [
    ["a confirmed threat", exportAfter(CONFIRMED)],
    ["a closed one", exportAfter(CONFIRMED, CLOSED)],
    ["one without techniques", { ...exportAfter(CONFIRMED), deviations: [] }],
    ["one without a page", { ...exportAfter(CONFIRMED), url: null }],
  ] as const
) {
  stix(`${name} fits STIX 2.1`, () => {
    assert.equal(issues(bundleOf(exported)), []);
  });

  stix(`${name} refers to nothing that its bundle lacks, and repeats no id`, () => {
    const { objects } = bundleOf(exported);
    const ids = objects.map(({ id }) => id);
    assert.is(new Set(ids).size, ids.length);
    const refs = JSON.stringify(objects).matchAll(/"(?:\w+_ref)":"([^"]+)"/g);
    for (const [, ref] of refs) assert.ok(ids.includes(ref!), ref);
    const lists = objects.flatMap((each) => [each.object_refs, each.where_sighted_refs].flat());
    for (const ref of lists) if (ref) assert.ok(ids.includes(ref as string), String(ref));
  });
}

stix("the schema refuses objects that STIX doesn't have", () => {
  const bundle = bundleOf(exportAfter(CONFIRMED));
  const [first, ...rest] = bundle.objects;
  assert.is.not(issues({ ...bundle, objects: [{ ...first, colour: "red" }, ...rest] }).length, 0);
  assert.is.not(issues({ ...bundle, objects: [{ ...first, created: "today" }] }).length, 0);
});

stix("the same case gives the same ids, another case others", () => {
  const exported = exportAfter(CONFIRMED);
  assert.equal(bundleOf(exported), bundleOf(exported));
  const other = { ...exported, about: { ...exported.about, id: crypto.randomUUID() } };
  const ids = (bundle: Bundle) =>
    bundle.objects.filter(({ type }) => type === "incident").map(({ id }) => id);
  assert.is.not(ids(bundleOf(exported))[0], ids(bundleOf(other))[0]);
});

for (
  const [name, exported] of [["undecided", exportAfter()], [
    "expected",
    exportAfter(EXPECTED),
  ]] as const
) {
  stix(`a case ${name} is refused: only confirmed threats leave as STIX`, () => {
    const bundle = stixBundle(exported);
    assert.not(bundle.ok);
    assert.match(bundle.ok ? "" : bundle.issue, "a confirmed threat was required");
  });
}

stix.run();
