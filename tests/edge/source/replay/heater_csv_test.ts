import { suite } from "uvu";
import * as assert from "uvu/assert";
import { LogFile } from "../../../../edge/source/replay/log_file.ts";
import { openLog, readAll, withFile } from "./read_log.ts";

const tables = suite("tables of heaters");

interface Told {
  counts: LogFile["counts"];
  heaters: (string | number | null)[][];
}

/** What is read of a table: time, heater, reading, set point and duty. */
function read(text: string): Promise<Told> {
  return withFile(text, async (path) => {
    const log = await openLog(path);
    const heaters = (await readAll(log)).flatMap((seen) =>
      seen.type === "heater"
        ? [[seen.eventTimeS, seen.heater, seen.measuredC, seen.targetC, seen.duty]]
        : []
    );
    return { counts: log.counts, heaters };
  });
}

const BOTH = [
  [1, "hotend", 22.5, 210, 1],
  [1, "bed", 21.5, 60, 0.25],
  [2, "hotend", 23.5, 210, 1],
  [2, "bed", 21.6, 60, 0.25],
];

/** The same two rows in many dresses. */
const SAME: readonly (readonly [name: string, text: string])[] = [
  [
    "as it is written",
    "t,ext_target,ext_temp,ext_pwm,bed_target,bed_temp,bed_pwm\n" +
    "1,210,22.5,1.000,60,21.5,0.250\n2,210,23.5,1.000,60,21.6,0.250\n",
  ],
  [
    "in another order, with more columns",
    "freq,bed_pwm,bed_temp,bed_target,ext_pwm,ext_temp,ext_target,t,note\n" +
    "72,0.25,21.5,60,1,22.5,210,1,\n72,0.25,21.6,60,1,23.5,210,2,\n",
  ],
  [
    "with tabs, CRLF and a mark of its encoding",
    "\ufefft\text_target\text_temp\text_pwm\tbed_target\tbed_temp\tbed_pwm\r\n" +
    "1\t210\t22.5\t1\t60\t21.5\t0.25\r\n2\t210\t23.5\t1\t60\t21.6\t0.25\r\n",
  ],
  [
    "with semicolons, quotes and commas for points",
    '"t";"ext_target";"ext_temp";"ext_pwm";"bed_target";"bed_temp";"bed_pwm"\n' +
    "1;210;22,5;1;60;21,5;0,25\n2;210;23,5;1;60;21,6;0,25\n",
  ],
  [
    "with capitals, units, other words and comments",
    "# a bench of ours\n\nTime [s],Hotend Target (°C),Hotend Temperature (°C),Hotend Duty," +
    "Bed Setpoint,Bed Actual,Bed Power\n" +
    "1,210,22.5,1,60,21.5,0.25\n# the second\n2,210,23.5,1,60,21.6,0.25\n",
  ],
  [
    "with its header in the middle once more",
    "t,ext_target,ext_temp,ext_pwm,bed_target,bed_temp,bed_pwm\n1,210,22.5,1,60,21.5,0.25\n" +
    "t,ext_target,ext_temp,ext_pwm,bed_target,bed_temp,bed_pwm\n2,210,23.5,1,60,21.6,0.25\n",
  ],
];

for (const [name, text] of SAME) {
  tables(name, async () => {
    const { counts, heaters } = await read(text);
    assert.equal(heaters, BOTH);
    assert.is(counts.broken, 0);
  });
}

tables("a bed alone, and a heater without its duty, are read as they are", async () => {
  const bed = await read("t,bed_target,bed_temp,bed_pwm\n0.2,60,21.5,1\n0.4,60,21.6,1\n");
  assert.equal(bed.heaters, [[0.2, "bed", 21.5, 60, 1], [0.4, "bed", 21.6, 60, 1]]);
  const mute = await read("t,ext_target,ext_temp\n1,200,22\n11,200,23\n");
  assert.equal(mute.heaters, [[1, "hotend", 22, 200, null], [11, "hotend", 23, 200, null]]);
});

tables("what is no number is no reading", async () => {
  const head = "t,ext_target,ext_temp,ext_pwm,bed_target,bed_temp,bed_pwm\n";
  const { heaters, counts } = await read(`${head}1,210,NaN,nan,60,21.5,\n2,210,23,1,,inf,0\n`);
  assert.equal(heaters, [[1, "bed", 21.5, 60, null], [2, "hotend", 23, 210, 1]]);
  assert.is(counts.broken, 0);
});

tables("a duty in percent breaks its rows instead of being taken for full power", async () => {
  const { heaters, counts } = await read(
    "t,ext_target,ext_temp,ext_pwm\n1,210,200,35\n2,210,201,36\n",
  );
  assert.equal(heaters, []);
  assert.is(counts.broken, 2);
});

tables("columns that are missing are named, with those that came", async () => {
  await withFile("t,ext_temp,bed_pwm\n1,2,0\n", async (path) => {
    const opened = await LogFile.open(path);
    assert.not(opened.ok);
    if (!opened.ok) assert.match(opened.issue, /bed_pwm were required, got t, ext_temp, bed_pwm$/);
  });
});

tables.run();
