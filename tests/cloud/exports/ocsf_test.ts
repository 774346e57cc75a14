import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ocsfFinding } from "../../../cloud/exports/ocsf.ts";
import { ATTACK_ICS_VERSION } from "../../../shared/techniques.ts";
import { CLOSED, CONFIRMED, EXPECTED, exportAfter, STAGES } from "./export_fixture.ts";
import { schemaCheck } from "./schema_check.ts";

const ocsf = suite("OCSF Detection Finding");
const issues = schemaCheck("ocsf-1.7.0-detection-finding.json");

for (const [name, exported] of STAGES) {
  ocsf(`${name} fits class 2004 of OCSF 1.7.0`, () => {
    assert.equal(issues(JSON.parse(JSON.stringify(ocsfFinding(exported())))), []);
  });
}

ocsf("the schema refuses what the class doesn't have", () => {
  const finding = ocsfFinding(exportAfter());
  assert.is.not(issues({ ...finding, severity_id: 9 }).length, 0);
  assert.is.not(issues({ ...finding, colour: "red" }).length, 0);
  assert.is.not(issues({ ...finding, finding_info: {} }).length, 0);
});

ocsf("an opened case creates the finding, a closed one closes it", () => {
  const opened = exportAfter();
  const first = ocsfFinding({ ...opened, event: { ...opened.event, type: "opened" } });
  assert.equal([first.activity_id, first.type_uid], [1, 200401]);
  assert.is(ocsfFinding(opened).activity_id, 2);
  const closed = ocsfFinding(exportAfter(CONFIRMED, CLOSED));
  assert.equal([closed.activity_id, closed.type_uid, closed.status], [3, 200403, "Resolved"]);
});

ocsf("the expert's word is the verdict of the incident profile", () => {
  assert.is(ocsfFinding(exportAfter(CONFIRMED)).verdict, "True Positive");
  assert.is(ocsfFinding(exportAfter(EXPECTED)).verdict, "Benign");
  assert.not("verdict_id" in ocsfFinding(exportAfter()));
});

ocsf("techniques carry the version of ATT&CK for ICS that they come from, once each", () => {
  const { finding_info } = ocsfFinding(exportAfter()) as {
    finding_info: { attacks: { version: string; technique: { uid: string } }[] };
  };
  assert.equal(finding_info.attacks.map(({ technique }) => technique.uid), ["T0832", "T0856"]);
  assert.ok(finding_info.attacks.every(({ version }) => version === ATTACK_ICS_VERSION));
});

ocsf.run();
