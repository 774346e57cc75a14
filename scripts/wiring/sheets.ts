import { Sheet } from "./sheet.ts";

/** The wiring guide's pictures, by file name. */
export function sheets(): Record<string, string> {
  return {
    "gate.svg": gate(),
    "sensors.svg": sensors(),
    "relay.svg": relay(),
    "never.svg": never(),
  };
}

function gate(): string {
  const sheet = new Sheet(
    860,
    430,
    "A heater's or a fan's gate",
    "The heater hangs between the supply and the board's transistor. A resistor and the LED of an " +
      "opto-isolator lie across the heater's two terminals; the isolator's transistor pulls GPIO 17 " +
      "to ground, against a resistor to 3.3 volts.",
  );
  sheet.box(30, 70, 170, 300, "Printer's board", "#fbe9e7")
    .text(188, 126, "heater +", { anchor: "end" }).text(188, 316, "heater −", { anchor: "end" })
    .text(115, 345, "(switched to ground)", { size: 11, anchor: "middle" });
  sheet.wire("power", [200, 120], [470, 120], [470, 140]).wire("plain", [200, 310], [470, 310]);
  sheet.box(232, 160, 66, 110, "heater", "#ffccbc").text(265, 205, "or part", {
    anchor: "middle",
  }).text(265, 222, "fan", { anchor: "middle" });
  sheet.wire("power", [265, 120], [265, 160]).wire("plain", [265, 270], [265, 310])
    .dot(265, 120, "power").dot(265, 310, "plain");
  sheet.wire("plain", [470, 140], [470, 200]).resistor(470, 160, "4.7 kΩ (24 V)", {
    upright: true,
  }).text(484, 184, "2.2 kΩ (12 V)");
  sheet.wire("plain", [390, 120], [390, 204]).wire("plain", [390, 256], [390, 310])
    .diode(390, 230, "1N4148").dot(390, 120, "power").dot(390, 310, "plain");
  sheet.opto(470, 200).wire("plain", [470, 260], [470, 310]).text(523, 318, "PC817", {
    anchor: "middle",
  });
  sheet.box(690, 70, 140, 300, "Raspberry Pi", "#e8f5e9")
    .text(700, 126, "3V3 (pin 1)").text(700, 186, "GPIO 17 (pin 11)", { size: 12 })
    .text(700, 316, "GND (pin 9)");
  sheet.wire("v33", [690, 120], [630, 120], [630, 138]).resistor(630, 150, "10 kΩ", {
    upright: true,
  }).wire("signal", [630, 172], [630, 182], [690, 182]).wire("signal", [630, 182], [570, 182], [
    570,
    200,
  ]).dot(630, 182, "signal");
  sheet.wire("ground", [570, 260], [570, 310], [690, 310]);
  return sheet.note(30, 398, [
    "The LED lies across the load and is lit while the board switches it on: low at the Pi means on.",
    "No wire but the USB cable joins the printer's ground and the Pi's.",
  ]).svg;
}

function sensors(): string {
  const sheet = new Sheet(
    900,
    566,
    "Thermocouple, filament encoder, door, tachometer",
    "A MAX31855 board on the SPI pins with an ungrounded thermocouple; an encoder fed with 3.3 volts " +
      "on GPIO 23 and 24; a door switch from GPIO 5 to ground; the fan's tachometer through an " +
      "opto-isolator to GPIO 22.",
  );
  sheet.box(690, 70, 180, 440, "Raspberry Pi", "#e8f5e9");
  const pin = (y: number, name: string) => sheet.text(702, y + 5, name);
  pin(110, "3V3 (pin 17)");
  pin(140, "GPIO 11 SCLK (pin 23)");
  pin(170, "GPIO 8 CE0 (pin 24)");
  pin(200, "GPIO 9 MISO (pin 21)");
  pin(230, "GND (pin 25)");
  sheet.box(420, 66, 150, 184, "MAX31855 board", "#e3f2fd");
  ["VCC", "CLK", "CS", "DO", "GND"].forEach((name, at) => {
    const y = 110 + at * 30;
    sheet.text(560, y + 5, name, { anchor: "end" });
    sheet.wire(name === "VCC" ? "v33" : name === "GND" ? "ground" : "signal", [570, y], [690, y]);
  });
  sheet.box(40, 110, 170, 100, "hotend's block", "#ffccbc").note(52, 155, [
    "insulated bead under",
    "a screw, with paste",
  ]);
  sheet.wire("power", [210, 150], [420, 150]).wire("plain", [210, 170], [420, 170])
    .text(315, 140, "type K, ungrounded", { anchor: "middle" });

  sheet.box(60, 280, 190, 125, "filament encoder", "#e3f2fd").note(76, 328, [
    "3.3 V, open collector,",
    "two channels",
  ]);
  pin(285, "3V3 (pin 1)");
  pin(345, "GPIO 23 (pin 16)");
  pin(370, "GPIO 24 (pin 18)");
  pin(395, "GND (pin 20)");
  sheet.wire("v33", [250, 300], [270, 300], [270, 285], [690, 285])
    .wire("signal", [250, 345], [690, 345]).wire("signal", [250, 370], [690, 370])
    .wire("ground", [250, 395], [690, 395]).text(262, 340, "A").text(262, 388, "B");
  for (const [x, y] of [[460, 345], [560, 370]] as const) {
    sheet.wire("v33", [x, 285], [x, y]).resistor(x, 314, "10 kΩ", { upright: true })
      .dot(x, 285, "v33").dot(x, y, "signal");
  }

  sheet.box(60, 430, 120, 80, "door").note(84, 480, ["reed switch"]);
  pin(450, "GPIO 5 (pin 29), 10 kΩ up");
  pin(490, "GND (pin 30)");
  sheet.wire("signal", [180, 450], [690, 450]).wire("ground", [180, 490], [690, 490]);
  return sheet.note(60, 532, [
    "Door closed: contact closed, the line is low.",
    "The fan's tachometer goes through an isolator as a gate does, to GPIO 22.",
  ]).svg;
}

function relay(): string {
  const sheet = new Sheet(
    900,
    545,
    "The stop relay: at rest the heaters are fed, energised they are not",
    "Each heater's plus wire runs through a normally closed contact. GPIO 26 drives the coil through " +
      "a transistor; a resistor holds the transistor off while the Pi boots. The hotend's fan stays " +
      "on the board.",
  );
  sheet.box(30, 70, 180, 300, "Printer's board", "#fbe9e7");
  const out = (y: number, name: string) => sheet.text(198, y + 5, name, { anchor: "end" });
  out(120, "hotend +");
  out(150, "hotend −");
  out(200, "bed +");
  out(230, "bed −");
  out(300, "hotend's fan +");
  out(330, "hotend's fan −");
  for (const y of [150, 230]) sheet.wire("plain", [210, y], [520, y]);
  sheet.box(300, 86, 150, 150, "relay, 2 poles NC", "#f3e5f5").closedContact(340, 122)
    .closedContact(340, 202);
  for (const y of [120, 200]) {
    sheet.wire("power", [210, y], [338, y]).wire("power", [404, y], [520, y]);
  }
  sheet.box(520, 96, 90, 74, "hotend", "#ffccbc").box(520, 180, 90, 70, "bed", "#ffccbc");
  sheet.box(520, 284, 90, 62, "fan", "#c8e6c9").wire("power", [210, 300], [520, 300])
    .wire("plain", [210, 330], [520, 330])
    .text(365, 318, "never through the relay", { colour: "#2e7d32", anchor: "middle", bold: true });

  sheet.box(700, 70, 170, 380, "Raspberry Pi", "#e8f5e9")
    .text(712, 285, "GPIO 26 (pin 37)").text(712, 365, "5V (pin 2)").text(712, 425, "GND (pin 39)");
  sheet.text(712, 125, "GPIO 16 (pin 36)").note(712, 145, [
    "auxiliary contact",
    "to GND, 10 kΩ up",
  ]);
  sheet.wire("signal", [700, 120], [640, 120], [640, 64], [420, 64], [420, 86])
    .text(560, 58, "self-test", { anchor: "middle", size: 11 });
  sheet.box(330, 390, 260, 100, "driver of the coil", "#e3f2fd").note(344, 430, [
    "transistor or module that a HIGH",
    "level switches on; 10 kΩ to ground,",
    "diode across the coil",
  ]);
  sheet.wire("signal", [700, 280], [650, 280], [650, 410], [590, 410])
    .wire("power", [700, 360], [670, 360], [670, 440], [590, 440])
    .wire("ground", [700, 420], [690, 420], [690, 470], [590, 470]);
  sheet.wire("plain", [330, 440], [270, 440], [270, 270], [375, 270], [375, 236])
    .text(262, 400, "coil", { anchor: "end" });
  return sheet.note(30, 512, [
    "While the Pi boots GPIO 26 is pulled down, so the relay rests.",
    "The contacts must be rated for the heaters' direct current.",
  ]).svg;
}

function never(): string {
  const sheet = new Sheet(
    900,
    430,
    "What not to do",
    "Six things crossed out: the printer's voltage on a GPIO, a second ground wire, 5-volt signals, mains, " +
      "a grounded thermocouple, and the hotend's fan through the relay.",
  );
  const cells: [title: string, lines: string[]][] = [
    ["12 or 24 V on a GPIO", ["A Pi's line dies above 3.6 V.", "Always through the isolator."]],
    ["the two grounds joined", [
      "The heaters' current finds its way",
      "back through the Pi's USB.",
    ]],
    ["5 V signals", ["Feed sensors with 3.3 V, or put", "an isolator or divider between."]],
    ["mains", [
      "Nothing here belongs to 230 V or",
      "110 V: leave a mains bed's wires",
      "alone, switch its control side.",
    ]],
    ["a grounded thermocouple", [
      "A bead that touches the block",
      "joins the grounds and reads wrong:",
      "take one with insulation.",
    ]],
    ["the hotend's fan cut off", [
      "Without it heat creeps up and the",
      "filament jams. Only the heaters'",
      "plus wires go through the relay.",
    ]],
  ];
  cells.forEach(([title, lines], at) => {
    const x = 30 + (at % 3) * 285, y = 70 + Math.floor(at / 3) * 170;
    sheet.box(x, y, 270, 150, "", "#fafafa").cross(x + 30, y + 34, 13)
      .text(x + 56, y + 40, title, { bold: true, size: 14 })
      .note(x + 20, y + 78, lines);
  });
  return sheet.text(30, 418, "Switch the printer off and unplug it before you touch a wire.", {
    bold: true,
    colour: "#d50000",
  }).svg;
}
