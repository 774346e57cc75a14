import { z } from "zod";

const path = z.string().min(1).max(400);
const pin = (description: string, example: number) =>
  z.int().min(0).max(255).nullable().default(null).meta({
    description: `${description}; none: there is no such sense`,
    unit: "(a BCM number on a Pi)",
    examples: [example],
  });

const activeLow = (isLow: boolean, what: string) =>
  z.boolean().default(isLow).meta({ description: `Whether a low level means ${what}` });

const HeaterGate = z.strictObject({
  pin: pin("The line behind the opto-isolator at the hotend heater's gate", 17),
  activeLow: activeLow(true, "that the heater is on, as behind an opto-isolator"),
});

const FanGate = z.strictObject({
  pin: pin("The line behind the opto-isolator at the part fan's gate", 27),
  activeLow: activeLow(true, "that the fan is on, as behind an opto-isolator"),
});

const Tachometer = z.strictObject({
  pin: pin("The part fan's tachometer wire", 22),
  pulsesPerTurn: z.int().min(1).max(12).default(2).meta({
    description: "Pulses of the tachometer for one turn of the fan",
    unit: "pulses",
  }),
});

const Encoder = z.strictObject({
  pin: pin("The filament encoder's channel A, which leads when filament goes forward", 23),
  pinB: pin("Its channel B, without which what is drawn back counts as passed", 24),
  mmPerPulse: z.number().min(0.05).max(50).default(2.9).meta({
    description: "Filament for one whole pulse; what it really is is learnt",
    unit: "mm",
  }),
});

const Thermometer = z.strictObject({
  device: path.nullable().default(null).meta({
    description:
      "A second thermometer on the hotend's block: a MAX31855's /dev/spidevB.C, or the " +
      "file of a kernel driver in thousandths of a degree (or an IIO in_temp_raw); none: there " +
      "is none, or it is at the pins below",
    examples: ["/dev/spidev0.0"],
  }),
  clockPin: pin("A MAX31855 without an SPI driver: its SCK", 11),
  selectPin: pin("Its CS", 8),
  dataPin: pin("Its SO", 9),
});

const Ambient = z.strictObject({
  file: path.nullable().default(null).meta({
    description: "The air's temperature as a kernel driver tells it; none: there is no such sense",
    examples: ["/sys/bus/w1/devices/28-000000000000/temperature"],
  }),
  coldEnd: z.boolean().default(false).meta({
    description: "Take the MAX31855's own temperature for the air's, where it hangs in that air",
  }),
});

const Door = z.strictObject({
  pin: pin("The enclosure door's switch", 5),
  activeLow: activeLow(false, "that the door is open"),
});

const Supply = z.strictObject({
  pin: pin("The line behind the opto-isolator at the printer's supply", 6),
  activeLow: activeLow(true, "that the voltage is good, as behind an opto-isolator"),
});

const Relay = z.strictObject({
  pin: pin("The line that energises the stop relay", 26),
  activeLow: activeLow(false, "energised; it must not be the level at which the Pi boots"),
  contactPin: pin("An auxiliary contact of the relay, for its self-test", 16),
  contactActiveLow: activeLow(true, "that the contact says energised"),
  limitC: z.number().min(150).max(500).default(320).meta({
    description: "A hotend that is hotter and still heated is cut off without a person's word",
    unit: "°C",
  }),
});

/** The independent senses of one printer (suite S2), and its stop relay. */
export const Senses = z.strictObject({
  heaterGate: HeaterGate.prefault({}),
  fanGate: FanGate.prefault({}),
  tachometer: Tachometer.prefault({}),
  encoder: Encoder.prefault({}),
  hotend: Thermometer.prefault({}),
  ambient: Ambient.prefault({}),
  door: Door.prefault({}),
  supply: Supply.prefault({}),
  relay: Relay.prefault({}),
}).meta({
  description: "Independent senses and the stop relay; how to wire them: edge/senses/README.md",
});
export type SensesConfig = z.infer<typeof Senses>;
