import { suite } from "uvu";
import * as assert from "uvu/assert";
import { stepPause } from "../../../edge/respond/pause.ts";
import { BEGIN, DECISION, heldScene, Scene } from "./pause_scene.ts";

const pause = suite("a pause that another word meets");

const OTHER = "55555555-5555-4555-8555-555555555555";
const BEGIN_OTHER = { ...BEGIN, decisionId: OTHER, deviationIds: [OTHER] };

/** A held scene whose printer is slow to heat: the way back has begun and isn't over. */
function resumingScene(): Scene {
  const scene = heldScene();
  const see = scene.see.bind(scene);
  scene.see = (observation) => {
    if (observation.type !== "received" || scene.phase !== "resuming") see(observation);
  };
  scene.do(stepPause(scene.state, { type: "resume", by: "an expert" }));
  scene.tick(10);
  assert.is(scene.phase, "resuming");
  scene.see = see;
  scene.log = [];
  return scene;
}

for (const want of ["pause", "stop"] as const) {
  pause(`a ${want} while the job is being resumed keeps it held, off the part`, () => {
    const scene = resumingScene();
    scene.do(stepPause(scene.state, { ...BEGIN_OTHER, want }));
    scene.tick(700);
    assert.is(scene.phase, "held");
    assert.not(scene.log.includes("release"));
    assert.not(scene.said("M109"), "it doesn't heat first what it is to cool");
    assert.is(scene.state.machine.hotendTargetsC[0], want === "stop" ? 0 : 140);
    assert.is(Number(scene.state.machine.zMm.toFixed(3)), scene.layer * 0.2 + 10);
  });
}

pause("a pause that comes as the way is opened asks the host anew", () => {
  const scene = heldScene();
  scene.state.record.saved = null;
  scene.answers = false;
  scene.do(stepPause(scene.state, { type: "resume", by: "an expert" }));
  assert.is(scene.log.at(-1), "release");
  scene.do(stepPause(scene.state, BEGIN_OTHER));
  scene.answers = true;
  scene.held = false;
  scene.do(stepPause(scene.state, { type: "answered", issue: null }));
  assert.is(scene.log.at(-1), "host> //action:pause");
  assert.is(scene.phase, "asked");
});

pause("a pause doesn't weaken a stop that the host was just asked for", () => {
  const scene = new Scene();
  scene.host("M140 S60");
  scene.print(5);
  scene.do(stepPause(scene.state, { ...BEGIN, want: "stop" }));
  scene.print(2);
  scene.do(stepPause(scene.state, BEGIN_OTHER));
  scene.print(60);
  assert.is(scene.phase, "held");
  assert.is(scene.state.machine.hotendTargetsC[0], 0);
  assert.is(scene.state.machine.bedTargetC, 0);
});

pause("goes on holding for the one decision when the other is taken back", () => {
  const scene = heldScene();
  scene.do(stepPause(scene.state, BEGIN_OTHER));
  scene.do(stepPause(scene.state, { type: "resume", by: "an expert", of: [DECISION] }));
  scene.tick(10);
  assert.is(scene.phase, "held");
  scene.do(stepPause(scene.state, { type: "resume", by: "an expert", of: [OTHER] }));
  scene.tick(10);
  assert.is(scene.phase, "idle");
});

pause("a word that comes while the nozzle is being parked counts once it is", () => {
  const scene = new Scene();
  scene.print(5);
  scene.do(stepPause(scene.state, BEGIN));
  while (scene.phase !== "holding") scene.print(1);
  scene.do(stepPause(scene.state, { type: "resume", by: "an expert" }));
  scene.tick(30);
  assert.is(scene.phase, "idle");
  assert.ok(scene.said("printer> M109 T0 S205"));
  assert.is(scene.log.at(-2), "release");
});

pause("asks a host that has paused to go on, where that is taken back", () => {
  const scene = new Scene();
  scene.print(5);
  scene.do(stepPause(scene.state, BEGIN));
  scene.host("G1 Z50 F600");
  scene.tick(8);
  assert.is(scene.phase, "host-paused");
  scene.do(stepPause(scene.state, { type: "resume", by: "an expert" }));
  assert.is(scene.log.at(-1), "host> //action:resume");
  assert.is(scene.phase, "idle");
});

pause("withholds the lines of a job that goes on where its host can't be asked", () => {
  const scene = new Scene();
  scene.print(5);
  scene.issue = "no line boundary came in time";
  scene.do(stepPause(scene.state, BEGIN));
  scene.issue = null;
  assert.ok(scene.said("the host could not be asked (no line boundary came in time)"));
  scene.print(60);
  assert.is(scene.phase, "held");
});

pause.run();
