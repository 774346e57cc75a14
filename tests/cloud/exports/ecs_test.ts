import { EcsFlat, EcsVersion } from "@elastic/ecs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ECS_VERSION, ecsDocument } from "../../../cloud/exports/ecs.ts";
import { CONFIRMED, exportAfter, STAGES } from "./export_fixture.ts";

const ecs = suite("ECS document");

interface Field {
  type: string;
  normalize: readonly string[];
  allowed_values?: readonly { name: string; expected_event_types?: readonly string[] }[];
}
const FIELDS = EcsFlat as unknown as Record<string, Field | undefined>;

const TYPES: Record<string, (value: unknown) => boolean> = {
  keyword: (value) => typeof value === "string" && value.length <= 1024,
  wildcard: (value) => typeof value === "string",
  match_only_text: (value) => typeof value === "string",
  date: (value) => typeof value === "string" && !Number.isNaN(Date.parse(value)),
  long: Number.isSafeInteger,
  float: Number.isFinite,
};

/** Leaves by their flat names; labels are one object of keywords. */
function* leaves(value: object, path = ""): Iterable<[string, unknown]> {
  for (const [key, inside] of Object.entries(value)) {
    const at = path ? `${path}.${key}` : key;
    if (typeof inside === "object" && inside !== null && !Array.isArray(inside)) {
      yield* leaves(inside, at);
    } else yield [at, inside];
  }
}

function issuesOf(document: object): string[] {
  const found: string[] = [];
  for (const [name, value] of leaves(document)) {
    if (name.startsWith("labels.")) {
      if (!TYPES.keyword!(value)) found.push(`${name} is no keyword`);
      continue;
    }
    const field = FIELDS[name];
    if (!field) {
      found.push(`${name} is no field of ECS`);
      continue;
    }
    const isArray = Array.isArray(value);
    if (isArray !== field.normalize.includes("array")) found.push(`${name}: array or not?`);
    for (const one of isArray ? value : [value]) {
      if (!TYPES[field.type]?.(one)) found.push(`${name}: ${field.type} was required, got ${one}`);
      const allowed = field.allowed_values?.map((each) => each.name);
      if (allowed && !allowed.includes(one)) found.push(`${name}: '${one}' isn't allowed`);
    }
  }
  return found;
}

ecs("is written in the version that Elastic's own package has", () => {
  assert.is(ECS_VERSION, EcsVersion);
});

for (const [name, exported] of STAGES) {
  ecs(`${name} has no field, type or value that ECS doesn't know`, () => {
    assert.equal(issuesOf(JSON.parse(JSON.stringify(ecsDocument(exported())))), []);
  });
}

ecs("its types are those that ECS expects of its category", () => {
  const { event } = ecsDocument(exportAfter()) as { event: { category: string[]; type: string[] } };
  for (const category of event.category) {
    const allowed = FIELDS["event.category"]!.allowed_values!.find(({ name }) =>
      name === category
    )!;
    assert.ok(event.type.every((type) => allowed.expected_event_types!.includes(type)));
  }
});

ecs("the check finds unknown fields and wrong types", () => {
  const document = ecsDocument(exportAfter());
  assert.is(issuesOf({ ...document, colour: "red" }).length, 1);
  assert.is(issuesOf({ ...document, message: 5 }).length, 1);
  assert.is(issuesOf({ ...document, event: { kind: "siren" } }).length, 1);
});

ecs("a threat is an alert with its techniques; the expert's word is a label", () => {
  const document = ecsDocument(exportAfter(CONFIRMED)) as {
    event: { kind: string };
    threat: { technique: { id: string[] } };
    labels: Record<string, string>;
  };
  assert.is(document.event.kind, "alert");
  assert.equal(document.threat.technique.id, ["T0832", "T0856"]);
  assert.is(document.labels.determination, "threat-confirmed");
});

ecs.run();
