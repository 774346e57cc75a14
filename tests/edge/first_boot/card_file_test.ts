import { suite } from "uvu";
import * as assert from "uvu/assert";
import { readCard } from "../../../edge/first_boot/card_file.ts";
import { withoutSecrets } from "../../../edge/first_boot/without_secrets.ts";

const tests = suite("printwarden.toml on the card");
const EXAMPLE = new URL("../../../scripts/card/boot/printwarden-example.toml", import.meta.url);
const CARD = `token = "pwe_abcdefghijklmnop"
name = "shelf"

[wifi]
name = "Werkstatt"
password = "geheim geheim"   # ours

[[printer]]
name = "left"
`;
const bytes = (text: string) => new TextEncoder().encode(text);

function utf16(text: string): Uint8Array {
  const units = Uint16Array.from(`\ufeff${text}`, (char) => char.charCodeAt(0));
  return new Uint8Array(units.buffer);
}

function issuesOf(text: string): string {
  const read = readCard(bytes(text));
  return read.ok ? "" : read.issues.join("\n");
}

for (
  const [how, content] of [
    ["as it is", bytes(CARD)],
    ["with a byte order mark", bytes(`\ufeff${CARD}`)],
    ["with the line ends of Windows", bytes(CARD.replaceAll("\n", "\r\n"))],
    ["with both", bytes(`\ufeff${CARD.replaceAll("\n", "\r\n")}`)],
    ["in UTF-16, as an old Notepad saves it", utf16(CARD.replaceAll("\n", "\r\n"))],
  ] as const
) {
  tests(`is read ${how}`, () => {
    const read = readCard(content);
    assert.ok(read.ok, read.ok ? "" : read.issues.join());
    if (read.ok) assert.is(read.value.wifi?.password, "geheim geheim");
    if (read.ok) assert.is(read.value.printer[0]?.usb, "auto");
  });
}

tests("is told to be no UTF-8 when an old editor saved an umlaut", () => {
  const read = readCard(Uint8Array.of(...bytes('name = "'), 0xfc, ...bytes('"\n')));
  assert.match(read.ok ? "" : read.issues.join(), "UTF-8");
});

for (
  const [wrong, text, told] of [
    ["a forgotten quote", CARD.replace('"shelf"', '"shelf'), "line 2 "],
    ["a mistyped key", CARD.replace("password", "pasword"), "did you mean 'wifi.password'?"],
    ["a name with blanks", CARD.replace('"left"', '"my printer"'), "'printer[0].name': text"],
    ["no printer", CARD.split("[[")[0]!, "1 to 16 blocks"],
    ["an unknown way", `${CARD}host = "bluetooth"\n`, 'one of "network", "usb", "none"'],
    ["a rate that isn't any", `${CARD}baud = 7\n`, "from 1200 to 4000000"],
    ["two printers found by luck", `${CARD}[[printer]]\nname = "right"\n`, "for a single printer"],
    [
      "a port twice",
      `${CARD}usb = "1a86:7523"\n[[printer]]\nname = "b"\nusb = "1A86:7523"\n`,
      "two",
    ],
    ["a short password", CARD.replace("geheim geheim", "kurz"), "8 to 63 characters"],
    ["a token that isn't any", CARD.replace("pwe_abcdefghijklmnop", "pw-abc-12"), "pwe_"],
  ] as const
) {
  tests(`${wrong} is told in words`, () => assert.match(issuesOf(text), told));
}

tests("no issue ever repeats a secret", () => {
  assert.not.match(issuesOf(CARD.replace("geheim geheim", "kurz")), "kurz");
  assert.not.match(issuesOf(CARD.replace("password", "pasword")), "geheim");
  assert.not.match(issuesOf(CARD.replace("pwe_abcdefghijklmnop", "pw-abc-12")), "pw-abc-12");
});

tests("secrets go, everything else stays as it was written", () => {
  const cut = withoutSecrets(CARD, ["pwe_abcdefghijklmnop", "geheim geheim"]);
  assert.is(
    cut,
    CARD.replace('"pwe_abcdefghijklmnop"', '""  # taken from the card')
      .replace('"geheim geheim"   # ours', '""  # taken from the card'),
  );
  assert.is(withoutSecrets(cut!, ["geheim geheim"]), cut, "nothing changes a second time");
  assert.ok(readCard(bytes(cut!)).ok);
});

tests("what is still needed stays", () => {
  const cut = withoutSecrets(CARD, ["geheim geheim"]);
  assert.match(cut!, 'token = "pwe_abcdefghijklmnop"');
  assert.match(cut!, 'password = ""');
});

tests("a secret that is written with escapes goes as well", () => {
  const cut = withoutSecrets('password = "pass\\"w\u00f6rd"\n', ['pass"w\u00f6rd']);
  assert.is(cut, 'password = ""  # taken from the card\n');
});

tests("a secret in a comment is found out", () => {
  assert.is(withoutSecrets(`# it was: geheim geheim\n${CARD}`, ["geheim geheim"]), null);
});

tests("the example on the card is right as it stands", async () => {
  const read = readCard(await Deno.readFile(EXAMPLE));
  assert.ok(read.ok, read.ok ? "" : read.issues.join());
});

tests.run();
