import { suite } from "uvu";
import * as assert from "uvu/assert";
import { agreementOf } from "../../../edge/network/agreement.ts";
import { integerNetwork } from "../../../edge/network/network.ts";
import { MODELS_FOLDER, readArtefact } from "../../../edge/network/models_file.ts";
import { tfjsNetwork } from "../../../edge/network/tfjs_shell.ts";
import { heldOutWindows } from "../../../scripts/train/held_out_windows.ts";

const AGREEMENT_MIN = 0.999;
const PRINTERS = 9;

const agreement = suite("integers against floats");

agreement(
  "the detector that ships comes to the floats' verdict on printers never seen",
  async () => {
    const artefact = await readArtefact(MODELS_FOLDER, "detector");
    assert.ok(artefact.ok);
    const integer = integerNetwork(artefact.value), floats = await tfjsNetwork(artefact.value);
    const windows = await heldOutWindows(PRINTERS);
    assert.ok(windows.length > 3000, `${windows.length} windows`);
    const { same, scoreDifferenceMax } = agreementOf(integer, floats, windows);
    assert.ok(same >= AGREEMENT_MIN * windows.length, `${same} of ${windows.length}`);
    assert.ok(scoreDifferenceMax < 0.1, `log-odds ${scoreDifferenceMax} apart`);
  },
);

agreement.run();
