import { z } from "zod";
import { Token } from "../../shared/ids.ts";
import { Suite } from "../../shared/verdict.ts";
import { Senses } from "./senses_schema.ts";

/** The response an edge may give at most: watch only, ask for a pause, or stop the job. */
export const ResponsePolicy = z.enum(["watch", "pause", "stop"]);
export type ResponsePolicy = z.infer<typeof ResponsePolicy>;

const path = z.string().min(1).max(400);
const identity = Token.meta({ form: "letters, digits, - and _, at most 64" });

const Nats = z.strictObject({
  url: z.string().regex(/^(nats|tls):\/\/[^\s/]+$/)
    .meta({
      description: "The site's NATS server",
      form: "nats://HOST:PORT or tls://HOST:PORT",
      examples: ["nats://127.0.0.1:4222"],
    }),
  keyFile: path.meta({
    description: "The device's nkey seed, made at enrolment; readable by the agent alone",
    examples: ["/etc/printwarden/device.nk"],
  }),
  signingKeyFile: path.nullable().default(null).meta({
    description: "The seed that the device signs with; none: 'signing.nk' beside keyFile",
  }),
  trustFile: path.meta({
    description: "The public keys whose decisions this device believes; read again on SIGHUP",
    examples: ["/etc/printwarden/trust.json"],
  }),
  caFile: path.nullable().default(null).meta({
    description: "The certificate authority of a tls:// server, if it is the site's own",
  }),
  presenceIntervalS: z.number().min(1).max(3600).default(10).meta({
    description: "How often a sign of life is sent, besides each change",
    unit: "s",
  }),
});

const Gpio = z.strictObject({
  chip: z.string().min(1).max(64).nullable().default(null).meta({
    description: "The label of the chip whose lines the senses use; none: a Raspberry Pi's own",
    examples: ["pinctrl-bcm2711"],
  }),
});

const Outbox = z.strictObject({
  bytesMax: z.int().min(1_048_576).max(17_179_869_184).default(67_108_864).meta({
    description:
      "Room for deviations that NATS doesn't have yet; the oldest information goes first",
    unit: "bytes",
  }),
  daysMax: z.number().min(1).max(365).default(60).meta({
    description: "How long an unsent deviation is kept",
    unit: "days",
  }),
});

const Detector = z.strictObject({
  runtime: z.enum(["integer", "tfjs"]).default("integer").meta({
    description: "What runs the detector's network: our integer kernels, or tfjs",
  }),
});

const Evidence = z.strictObject({
  lines: z.boolean().default(true).meta({
    description: "Whether deviations may quote command lines (five at most)",
  }),
  maps: z.boolean().default(true).meta({
    description: "Whether deviations may carry a coarse map of one layer",
  }),
});

const Park = z.strictObject({
  xMm: z.number().min(-1000).max(2000).nullable().default(null).meta({
    description: "Where the toolhead waits when the edge itself has to pause; none: only lifted",
    unit: "mm",
  }),
  yMm: z.number().min(-1000).max(2000).nullable().default(null).meta({
    description: "As xMm",
    unit: "mm",
  }),
  liftMm: z.number().min(1).max(50).default(10).meta({
    description: "How far the nozzle is lifted off the part",
    unit: "mm",
  }),
  standbyC: z.number().min(0).max(170).default(140).meta({
    description: "The hotend's target while parked; the bed stays warm to hold the part",
    unit: "°C",
  }),
});

const Printer = z.strictObject({
  name: identity.meta({
    description: "The printer's token in subjects and file names; given at enrolment",
    examples: ["mk3-left"],
  }),
  label: z.string().max(64).default("").meta({
    description: "What people call it",
    examples: ["Prusa by the window"],
  }),
  port: path.meta({
    description: "The printer's serial device, best by its stable path",
    examples: ["/dev/serial/by-id/usb-Prusa_Research_MK3-if00"],
  }),
  baud: z.int().min(1200).max(4_000_000).default(115_200).meta({
    description: "Speed of the serial port",
    unit: "baud",
  }),
  link: path.nullable().default(null).meta({
    description: "Where the host finds its port; none: NAME.tty in the run folder",
    examples: ["/run/printwarden/mk3-left.tty"],
  }),
  suite: Suite.default("S0").meta({
    description: "What can be seen: S0 serial, S1 serial with questions, S2 independent senses",
  }),
  response: ResponsePolicy.default("watch").meta({
    description: "The most that a signed decision may do to this printer",
  }),
  quietPeriodS: z.number().min(10).max(86_400).default(600).meta({
    description: "A repeat of the same irregularity within this time is the same deviation",
    unit: "s",
  }),
  revisionIntervalS: z.number().min(1).max(3600).default(10).meta({
    description: "Updates of one deviation come no faster, but for a new verdict or its end",
    unit: "s",
  }),
  park: Park.prefault({}),
  detector: Detector.prefault({}),
  evidence: Evidence.prefault({}),
  senses: Senses.prefault({}),
});
export type PrinterConfig = z.infer<typeof Printer>;

/** Where an installed agent keeps what must last. */
export const STATE_DEFAULT = "/var/lib/printwarden";

/** No device guards more printers than this. */
const PRINTERS_MAX = 16;

/** The one schema of the edge's configuration: default, bounds, unit and meaning of each key. */
export const Config = z.strictObject({
  site: identity.meta({
    description: "The site's identity, given at enrolment",
    examples: ["s-4f9a"],
  }),
  device: identity.meta({
    description: "This device's identity, given at enrolment; never its host name",
    examples: ["d-71c2"],
  }),
  state: path.default(STATE_DEFAULT).meta({
    description: "The folder of everything that must last",
  }),
  run: path.nullable().default(null).meta({
    description:
      "The folder of sockets and snapshots; none: /run/printwarden, or 'run' in another state folder",
    examples: ["/run/printwarden"],
  }),
  clock: z.enum(["auto", "trusted"]).default("auto").meta({
    description:
      "auto: wall time is called synced when systemd-timesyncd says so; trusted: always (chrony, GPS)",
  }),
  nats: Nats,
  outbox: Outbox.prefault({}),
  gpio: Gpio.prefault({}),
  printer: z.array(Printer).min(1).max(PRINTERS_MAX).meta({
    description: "One block per printer",
  }),
});
export type Config = z.infer<typeof Config>;
