import { suite } from "uvu";
import * as assert from "uvu/assert";
import { chooseForWall, type FleetPrinter } from "../../../cloud/console/fleet_view.ts";

const tests = suite("which printers a wall has room for");

const printer = (name: string, bucket: FleetPrinter["bucket"], openCases = 0) =>
  ({ name, bucket, printer: { openCases } }) as FleetPrinter;
const names = (fleet: readonly FleetPrinter[]) => fleet.map(({ name }) => name);

const FLEET = [
  printer("lost", "offline"),
  ...["a", "b", "c"].map((name) => printer(name, "printing")),
  printer("idle with a case", "idle", 1),
];

tests("whoever needs somebody has a place, in the order of the whole", () => {
  const { shown, needyLeftOut } = chooseForWall(FLEET, 3);
  assert.equal(names(shown), ["lost", "a", "idle with a case"]);
  assert.is(needyLeftOut, 0);
});

tests("all stay where all have room", () => {
  assert.equal(chooseForWall(FLEET, 5), { shown: FLEET, needyLeftOut: 0 });
});

tests("where not even they have room, it says how many are left out", () => {
  const { shown, needyLeftOut } = chooseForWall(FLEET, 1);
  assert.equal(names(shown), ["lost"]);
  assert.is(needyLeftOut, 1);
});

tests.run();
