import { suite } from "uvu";
import * as assert from "uvu/assert";
import { agreementOf } from "../../../edge/network/agreement.ts";
import { checkInputs } from "../../../edge/network/models.ts";
import { readModels, readWindows } from "../../../edge/network/models_file.ts";
import { artefactOf } from "./fixture.ts";

const models = suite("the program's networks");

models("can be read, and are under 64 KiB together", async () => {
  const read = await readModels();
  assert.ok(read.ok, read.ok ? "" : read.issue);
  const bytes = [read.value.detector, read.value.classifier].reduce(
    (sum, { artefact }) => sum + artefact.modelJson.length + artefact.weights.length,
    0,
  );
  assert.ok(bytes < 65_536, `${bytes}`);
});

models("promise something for reports of every pace", async () => {
  const read = await readModels();
  assert.ok(read.ok);
  const paces = read.value.detector.artefact.metadata.thresholds.map((one) => one.reportsUpToS);
  assert.equal(paces, [1.6, 3.2, 12]);
});

models("come to tfjs's verdicts on the stored windows", async () => {
  const integer = await readModels("integer"), tfjs = await readModels("tfjs");
  const windows = await readWindows();
  assert.ok(integer.ok && tfjs.ok && windows.ok);
  const { same, scoreDifferenceMax } = agreementOf(
    integer.value.detector,
    tfjs.value.detector,
    windows.value,
  );
  // These windows are chosen odd: one may stand at the threshold itself, where rounding decides.
  assert.ok(same >= 0.95 * windows.value.length, `${same}`);
  assert.ok(scoreDifferenceMax < 1, `${scoreDifferenceMax}`);
  assert.is(tfjs.value.detector.runtime, "tfjs");
});

models("are refused with inputs that this program doesn't make", () => {
  const read = checkInputs(artefactOf(1, [448, 8, 3]));
  assert.ok(!read.ok);
  assert.match(read.issue, /inputs innovation/);
});

models.run();
