import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  ACCOUNT_S,
  type AccountReading,
  ACCOUNTS,
  followNoise,
  initAccounts,
  intervalClass,
  restartAccounts,
  stepAccounts,
} from "../../../../edge/twin/thermal/accounts.ts";
import { lossPerS } from "../../../../edge/twin/thermal/block.ts";
import { HOTEND } from "./synthetic_heater.ts";

const HOLD_C = 210;
const over = HOLD_C - HOTEND.ambientC;
const loss = lossPerS(HOTEND, { duty: 0, fan: 0, flowMmPerS: 0 }, over);
/** The duty that holds 210 °C in still air. */
const duty = loss * over / (HOTEND.powerKPerS - HOTEND.fadePerS * over);
const HOLD = { duty, fan: 0, flowMmPerS: 0 };
const SURE = { driveKPerS: 0, jumpK: 0, swingK: 0, beatK: 0 };

/** Accounts of a heater that was held, second by second, at what is read. */
function over60(readC: (timeS: number) => number, input = HOLD, doubt = SURE) {
  const accounts = initAccounts();
  restartAccounts(accounts, HOLD_C, 0);
  const told: AccountReading[][] = [];
  for (let timeS = 1; timeS <= 60; timeS++) {
    told.push(stepAccounts(accounts, HOTEND, input, 1, readC(timeS), 0, doubt));
  }
  return { accounts, told };
}

const test = suite("heat accounts");

test("stay at nothing while a heater holds on the duty that holding needs", () => {
  const { told } = over60(() => HOLD_C);
  for (const readings of told) for (const { offK } of readings) assert.ok(Math.abs(offK) < 0.05);
});

test("count the heat that is missing where the duty rests and the reading stays", () => {
  const rest = { ...HOLD, duty: 0 };
  const { told } = over60(() => HOLD_C, rest);
  const [soon] = told[9]!;
  const spared = 10 * loss * over;
  assert.ok(soon!.offK > 0.3 * spared && soon!.offK < spared, `${soon!.offK} of ${spared}`);
});

test("remember for as long as each is meant to", () => {
  const { told } = over60((timeS) => timeS < 10 ? HOLD_C : HOLD_C + 5);
  const late = told[59]!.map(({ offK }) => offK);
  assert.ok(late[0]! < late[1]! && late[1]! < late[2]!, `${late}`);
  assert.is(told[0]!.length, ACCOUNTS);
});

test("add up what each reading adds", () => {
  const { told } = over60((timeS) => timeS < 30 ? HOLD_C : HOLD_C + 3);
  const added = told.reduce((sum, [first]) => sum + first!.addedK, 0);
  assert.ok(added > 2.5 && added < 8, `${added}`);
});

test("are wider by what is in doubt, more so the longer it lasts", () => {
  const { told } = over60(() => HOLD_C, HOLD, { ...SURE, driveKPerS: 0.1 });
  const sure = over60(() => HOLD_C).told;
  for (let i = 0; i < ACCOUNTS; i++) {
    assert.ok(told[59]![i]!.spreadK > sure[59]![i]!.spreadK);
    assert.ok(told[59]![i]!.spreadK > told[3]![i]!.spreadK - 0.5);
  }
});

test("are wider by what a beating swing may hide, more so the longer they remember", () => {
  const spreads = over60(() => HOLD_C, HOLD, { ...SURE, beatK: 5 }).told[59]!
    .map(({ spreadK }) => spreadK);
  spreads.forEach((spreadK, i) => assert.ok(spreadK >= 5 * Math.sqrt(ACCOUNT_S[i]!)));
});

test("learn their noise by interval, and lean on what is usual before", () => {
  const { accounts, told } = over60(() => HOLD_C);
  for (const readings of told) followNoise(accounts, readings, 1);
  assert.ok(accounts[0]!.noiseK2[0]! < 0.01 && accounts[0]!.seenS[0] === 60);
  assert.is(accounts[0]!.noiseK2[1], 0);
  const next = stepAccounts(accounts, HOTEND, HOLD, 1, HOLD_C, 0, SURE);
  const sparse = stepAccounts(accounts, HOTEND, HOLD, 2, HOLD_C, 0, SURE);
  assert.ok(next[0]!.spreadK < sparse[0]!.spreadK);
});

test("allow for what a swinging duty hides between sparse reports until they have shown it", () => {
  const accounts = initAccounts();
  restartAccounts(accounts, HOLD_C, 0);
  const spread = (swingK: number) => {
    const shown = structuredClone(accounts);
    return stepAccounts(shown, HOTEND, HOLD, 5, HOLD_C, 0, { ...SURE, swingK })[0]!.spreadK;
  };
  assert.ok(spread(5) > spread(0) + 2, `${spread(5)} and ${spread(0)} K`);
  for (let i = 0; i < 300; i++) {
    followNoise(accounts, stepAccounts(accounts, HOTEND, HOLD, 5, HOLD_C, 0, SURE), 5);
  }
  assert.ok(spread(5) < 2, `${spread(5)} K after 25 minutes without any noise`);
});

test("tell classes of intervals apart", () => {
  assert.equal([0.5, 1, 2, 5, 60].map(intervalClass), [0, 0, 1, 2, 2]);
});

test("begin in doubt where a heater was being heated, and forget that soon", () => {
  const accounts = initAccounts();
  restartAccounts(accounts, 100, 10);
  assert.ok(accounts.every(({ blockC, allowK }) => blockC === 110 && allowK > 5));
  for (let i = 0; i < 40; i++) stepAccounts(accounts, HOTEND, HOLD, 1, 100, 0, SURE);
  assert.ok(accounts[0]!.allowK < 0.1 * accounts[2]!.allowK);
  assert.ok(ACCOUNT_S[0] < ACCOUNT_S[2]);
});

test("go through JSON unchanged", () => {
  const { accounts } = over60(() => HOLD_C);
  assert.equal(JSON.parse(JSON.stringify(accounts)), accounts);
});

test.run();
