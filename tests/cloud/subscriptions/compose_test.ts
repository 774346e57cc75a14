import { suite } from "uvu";
import * as assert from "uvu/assert";
import { AlertText, Mention } from "../../../cloud/subscriptions/alert_event.ts";
import { composeText, mentionOf, plain, whyTold } from "../../../cloud/subscriptions/compose.ts";
import { ATTEMPTS_MAX, lostAtMs, retryAtMs } from "../../../cloud/subscriptions/retry.ts";
import { occasion } from "./lane_fixture.ts";

const tests = suite("composeText");

tests("names printer, what happened and the verdict, and links to the very case", () => {
  const one = occasion({ summary: "The hotend was told 195 °C" });
  assert.equal(composeText("first", [one], 0), {
    title: "Potential cyberthreat, Left printer",
    text: "Left printer: The hotend was told 195 °C (potential cyberthreat)",
    severity: "high",
    path: one.path,
  });
});

tests("of many it counts, takes the gravest severity and names ten", () => {
  const trouble = { about: "printer", verdict: null, kind: null } as const;
  const many = [
    ...Array.from({ length: 9 }, () => occasion({ severity: "medium" })),
    occasion({ ...trouble, label: "Right", severity: "critical" }),
    ...Array.from({ length: 3 }, () => occasion({ verdict: "undetermined" })),
  ];
  const text = composeText("first", many, 0);
  assert.is(
    text.title,
    "9 potential cyberthreats, printer in trouble, 3 deviations, 2 printers",
  );
  assert.is(text.severity, "critical");
  assert.is(text.path, "/");
  assert.is(text.text.split("\n").length, 11);
  assert.match(text.text, /\nand 3 more$/);
});

tests("says of each kind of message what it is", () => {
  const one = occasion();
  const over = occasion({ status: { type: "over", how: "Tom decided: expected" } });
  assert.match(composeText("reminder", [one], 2).title, /^Still unanswered, message 3: /);
  assert.match(composeText("escalation", [one], 4).title, /^Nobody has answered: /);
  assert.match(composeText("digest", [one, one], 0).title, /^Digest: 2 cases/);
  const done = composeText("done", [over], 1);
  assert.match(done.title, /^Over: /);
  assert.match(done.text, /^Left printer: Tom decided: expected \(The hotend/);
});

tests("what a device says can't forge a line, hide or grow without bound", () => {
  const evil = occasion({
    label: "Left\r\nBcc: all@example.org",
    summary: `\u202Egnp.\u0000 all is well\n${"x".repeat(400)}`,
  });
  const text = composeText("first", [evil], 0);
  assert.ok(AlertText.safeParse(text).success);
  assert.ok(Mention.safeParse(mentionOf(evil)).success);
  assert.is(text.text.split("\n").length, 1);
  assert.not.match(text.title + text.text, /[\p{Cc}\p{Cf}]/u);
  assert.is(plain("x".repeat(9), 5), "xxxx…");
  assert.is(mentionOf(occasion({ label: "\u200B" })).label, "A printer");
});

tests("refuses to compose of nothing", () => {
  assert.throws(() => composeText("first", [], 0), /an occasion was required/);
});

tests("each kind has its reason", () => {
  for (const kind of ["first", "digest", "reminder", "escalation", "done"] as const) {
    assert.match(whyTold(kind, "my threats", 1), /my threats/);
  }
});

tests("tries again ever more slowly, eight times in all", () => {
  const waits = Array.from({ length: ATTEMPTS_MAX }, (_, index) => retryAtMs(index + 1, 0));
  assert.is(ATTEMPTS_MAX, 8);
  assert.is(waits.pop(), null);
  assert.ok(waits.every((wait, index) => index === 0 || wait! > waits[index - 1]!));
  assert.is(lostAtMs(0), 60_000);
});

tests.run();
