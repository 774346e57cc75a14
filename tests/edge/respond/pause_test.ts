import { suite } from "uvu";
import * as assert from "uvu/assert";
import { stepPause } from "../../../edge/respond/pause.ts";
import { initPause, PauseRecord } from "../../../edge/respond/pause_state.ts";
import { initMachine } from "../../../edge/gcode/machine.ts";
import { parkLines, saveState, unparkLines } from "../../../edge/respond/park.ts";
import { BEGIN, heldScene, PLACE, Scene } from "./pause_scene.ts";

const pause = suite("pause");

pause("asks the host first, and is content when it pauses", () => {
  const scene = new Scene();
  scene.print(5);
  scene.do(stepPause(scene.state, BEGIN));
  assert.equal(scene.log, ["host> //action:pause"]);
  scene.print(1);
  scene.host("G1 Z50 F600");
  for (let second = 0; second < 8; second++) {
    scene.host("M105");
    scene.tick();
  }
  assert.is(scene.phase, "host-paused");
  assert.ok(scene.said("the host paused within"));
  assert.not.ok(scene.log.some((line) => line.startsWith("hold")));
});

pause("takes the hot nozzle off the part where the host pauses and leaves it there", () => {
  const scene = new Scene();
  scene.print(5);
  scene.do(stepPause(scene.state, BEGIN));
  scene.tick(14);
  assert.is(scene.phase, "host-paused");
  scene.tick(20);
  assert.is(scene.phase, "held");
  assert.is(scene.log.filter((line) => line.includes("left the hot nozzle")).length, 1);
  assert.ok(scene.said("printer> M104 T0 S140"));
  scene.do(stepPause(scene.state, { type: "resume", by: "a person" }));
  scene.tick(5);
  assert.is(scene.phase, "idle");
  assert.ok(scene.said("printer> M109 T0 S205"));
  assert.is(scene.log.at(-1), "host> //action:resume", "the host has to be told as well");
});

pause("is content with a host that pauses and takes its nozzle away", () => {
  const scene = new Scene();
  scene.print(5);
  scene.do(stepPause(scene.state, BEGIN));
  scene.tick(2);
  scene.host("G1 Z20 F600");
  scene.tick(60);
  assert.is(scene.phase, "host-paused");
  assert.not(scene.said("hold"));
});

pause("notices that the host goes on after it had paused", () => {
  const scene = new Scene();
  scene.print(5);
  scene.do(stepPause(scene.state, BEGIN));
  scene.tick(10);
  scene.print(2);
  assert.is(scene.phase, "idle");
  assert.ok(scene.said("the host resumed it"));
});

pause("does not take a host that waits for its printer for one that paused", () => {
  const scene = new Scene();
  scene.print(5);
  scene.do(stepPause(scene.state, BEGIN));
  scene.host("M190 S60", false);
  scene.tick(60);
  assert.is(scene.phase, "asked");
});

pause("withholds lines at a layer boundary once the host has ignored it for 10 s", () => {
  const scene = new Scene();
  scene.print(5);
  scene.do(stepPause(scene.state, BEGIN));
  scene.print(9);
  assert.is(scene.phase, "asked");
  scene.print(3);
  assert.is(scene.phase, "seeking");
  const layer = scene.layer;
  scene.print(30);
  assert.is(scene.phase, "held");
  assert.is(scene.layer, layer + 1, "it waited for the next layer and took no further one");
});

pause("lowers the target and lifts the nozzle before the hold is latched", () => {
  const scene = heldScene();
  const from = scene.log.indexOf("hold");
  assert.equal(scene.log.slice(from), [
    "hold",
    "printer> M104 T0 S140",
    `printer> G1 Z${Number((scene.layer * 0.2 + 10).toFixed(3))} F600`,
    "hold latched",
    "the host's lines are withheld, nozzle lifted 10 mm off the part, hotend at 140 °C",
  ]);
  assert.is(scene.state.machine.hotendTargetsC[0], 140);
});

pause("leaves the printer's modes alone, and falls back to G91 only without a known height", () => {
  const machine = initMachine({ joined: "midway" });
  const unknown = saveState(machine, PLACE);
  assert.equal(parkLines(unknown, PLACE), ["G91", "G1 Z10 F600", "G90", "M82"]);
  const relative = saveState({ ...machine, relative: true }, PLACE);
  assert.equal(parkLines(relative, PLACE), ["G1 Z10 F600"]);
  assert.equal(unparkLines(relative, PLACE), ["G1 Z-10 F600", "G1 F1500"]);
});

pause("does not wait for ever for a layer", () => {
  const scene = new Scene();
  scene.print(5, 100_000);
  scene.do(stepPause(scene.state, BEGIN));
  scene.print(80, 100_000);
  assert.is(scene.phase, "held");
});

pause("brings everything back before the job goes on", () => {
  const scene = heldScene();
  const { machine } = scene.state;
  const before = { z: machine.zMm - 10, x: machine.xMm, relative: false };
  const from = scene.log.length;
  scene.do(stepPause(scene.state, { type: "resume", by: "an expert" }));
  scene.tick(3);
  assert.is(scene.phase, "idle");
  assert.equal(scene.log.slice(from + 1, from + 3), [
    "printer> M104 T0 S205",
    "printer> M109 T0 S205",
  ]);
  assert.is(scene.log.at(-2), "release");
  assert.is(Number(machine.zMm.toFixed(3)), Number(before.z.toFixed(3)));
  assert.is(machine.xMm, before.x);
  assert.is(machine.relative, false);
  assert.is(machine.relativeE, true, "the host prints with a relative extruder");
  assert.is(machine.hotendTargetsC[0], 205);
  scene.print(5);
  assert.is(scene.phase, "idle");
});

pause("parks where it was told, and comes back over the part before it goes down", () => {
  const place = { ...PLACE, xMm: 5, yMm: 190 };
  const scene = new Scene(initPause(null, place));
  scene.print(5);
  scene.do(stepPause(scene.state, BEGIN));
  scene.print(60);
  assert.ok(scene.log.includes("printer> G1 X5 Y190 F6000"));
  const from = scene.log.length;
  scene.do(stepPause(scene.state, { type: "resume", by: "an expert" }));
  scene.tick(3);
  const back = scene.log.slice(from);
  const over = back.findIndex((line) => /G1 X\d/.test(line));
  const down = back.findIndex((line) => /G1 Z/.test(line));
  assert.ok(over > 0 && over < down);
});

pause("stop cancels, and takes the heat away from everything if that is ignored", () => {
  const scene = new Scene();
  scene.host("M140 S60");
  scene.print(5);
  scene.do(stepPause(scene.state, { ...BEGIN, want: "stop" }));
  assert.is(scene.log[0], "host> //action:cancel");
  scene.print(60);
  assert.is(scene.phase, "held");
  assert.is(scene.state.machine.hotendTargetsC[0], 0);
  assert.is(scene.state.machine.bedTargetC, 0);
});

pause("a stop after a pause takes the heat away too", () => {
  const scene = heldScene();
  scene.do(stepPause(scene.state, { ...BEGIN, want: "stop" }));
  scene.tick(5);
  assert.is(scene.phase, "held");
  assert.is(scene.state.machine.hotendTargetsC[0], 0);
});

pause("a second pause changes nothing", () => {
  const scene = heldScene();
  const before = structuredClone(scene.state.record);
  scene.do(stepPause(scene.state, BEGIN));
  assert.equal(scene.state.record, before);
});

pause("renews a hold that is not latched yet", () => {
  const scene = new Scene();
  scene.print(5);
  scene.do(stepPause(scene.state, BEGIN));
  scene.print(12);
  scene.answers = false;
  scene.print(22);
  assert.is(scene.phase, "holding");
  scene.do(stepPause(scene.state, { type: "answered", issue: null }));
  scene.held = true;
  scene.state.ticksHeld = -100;
  scene.tick(11);
  assert.is(scene.log.filter((line) => line === "hold").length, 2);
});

pause("goes on when the printer doesn't acknowledge an injected line", () => {
  const scene = new Scene();
  scene.print(5);
  scene.do(stepPause(scene.state, BEGIN));
  const see = scene.see.bind(scene);
  scene.see = (observation) => {
    if (observation.type !== "received" || !scene.held) see(observation);
  };
  scene.print(100);
  assert.is(scene.phase, "held");
});

pause("tries a refused line again in the midst of parking", () => {
  const scene = heldScene();
  scene.do(stepPause(scene.state, { ...BEGIN, want: "stop" }));
  scene.tick(5);
  const again = heldScene();
  again.issue = "too many lines wait";
  again.do(stepPause(again.state, { ...BEGIN, want: "stop" }));
  again.tick(2);
  again.issue = null;
  again.tick(6);
  assert.is(again.phase, "held");
  assert.is(again.state.machine.hotendTargetsC[0], 0);
});

pause("calls for a person when the tap takes no orders", () => {
  const scene = new Scene();
  scene.issue = "this tap takes no orders";
  scene.do(stepPause(scene.state, BEGIN));
  assert.is(scene.phase, "failed");
  assert.ok(scene.said("this tap takes no orders"));
});

for (const event of ["host-closed", "printer-lost", "bypass-on", "blind"] as const) {
  pause(`lets go and says so on ${event}`, () => {
    const scene = heldScene();
    scene.link(event);
    assert.is(scene.phase, "idle");
    assert.ok(scene.said(`ended while held: ${event}`));
  });
}

pause("its record survives a restart, and the hold is ordered anew", () => {
  const scene = heldScene();
  const record = PauseRecord.parse(JSON.parse(JSON.stringify(scene.state.record)));
  const next = new Scene(initPause(record, PLACE));
  next.held = true;
  next.do(stepPause(next.state, { type: "restarted" }));
  assert.ok(next.log.includes("hold latched"));
  next.do(stepPause(next.state, { type: "resume", by: "an expert" }));
  next.tick(10);
  assert.is(next.phase, "idle");
  assert.ok(next.log.includes("printer> M109 T0 S205"));
});

pause("goes on with parking after a restart in its midst, under a renewed hold", () => {
  const scene = heldScene();
  const record = { ...scene.state.record, phase: "parking" as const, queue: ["G1 Z10 F600"] };
  const next = new Scene(initPause(record, PLACE));
  next.held = true;
  next.do(stepPause(next.state, { type: "restarted" }));
  next.tick(3);
  assert.equal(next.log.slice(0, 3), ["hold", "printer> G1 Z10 F600", "hold latched"]);
});

pause("asks again after a restart when nothing was held yet", () => {
  const scene = new Scene();
  scene.do(stepPause(scene.state, BEGIN));
  const next = new Scene(initPause(scene.state.record, PLACE));
  next.do(stepPause(next.state, { type: "restarted" }));
  assert.ok(next.log.includes("host> //action:pause"));
});

pause("forgets a hold of another run of the tap", () => {
  const scene = heldScene();
  scene.do(stepPause(scene.state, { type: "released", why: "the tap began anew" }));
  assert.is(scene.phase, "idle");
});

pause("is deterministic", () => {
  assert.equal(heldScene().log, heldScene().log);
});

pause.run();
