import { z } from "zod";
import { Token } from "../../shared/ids.ts";
import { ResponsePolicy } from "../config/schema.ts";
import { Senses } from "../config/senses_schema.ts";

const USB =
  /^(auto|[0-9a-f]{4}:[0-9a-f]{4}|serial \S{1,60}|socket \d[\d.:-]{0,30}|\/dev\/\S{1,80})$/i;

/** How the printing computer reaches the printer through this device. */
export const HostWay = z.enum(["network", "usb", "none"]);
export type HostWay = z.infer<typeof HostWay>;

/** The way of a printer whose block names none: beside other work no port is opened unasked. */
export function defaultWay(beside: boolean): HostWay {
  return beside ? "none" : "network";
}

const CardPrinter = z.strictObject({
  name: Token.meta({ form: "letters, digits, - and _" }),
  label: z.string().max(64).default(""),
  usb: z.string().regex(USB).default("auto").meta({
    form: `"auto", "1a86:7523", "serial ABC123", "socket 1-1.2" or "/dev/ttyAMA0"`,
  }),
  baud: z.int().min(1200).max(4_000_000).default(115_200).meta({
    form: "a number from 1200 to 4000000",
  }),
  host: HostWay.default("network"),
  from: z.union([z.literal(""), z.ipv4(), z.ipv6()]).default("").meta({
    form: "the address of the printing computer, such as 192.168.1.20",
  }),
  response: ResponsePolicy.default("watch"),
  senses: Senses.optional(),
});
export type CardPrinter = z.infer<typeof CardPrinter>;

const Wifi = z.strictObject({
  name: z.string().min(1).max(32).meta({ form: "the name of your Wi-Fi, 1 to 32 characters" }),
  password: z.string().max(64).refine((text) => text === "" || text.length >= 8).default("")
    .meta({ form: "8 to 63 characters, or nothing once it is known", secret: true }),
  open: z.boolean().default(false).meta({ form: "true for a Wi-Fi without a password" }),
  country: z.string().regex(/^[A-Z]{2}$/).default("GB").meta({
    form: `two capital letters, such as "DE"`,
  }),
});
export type CardWifi = z.infer<typeof Wifi>;

/** What a person writes onto the card: `printwarden.toml` beside the boot files. */
export const CardConfig = z.strictObject({
  token: z.string().regex(/^(pwe_[A-Za-z0-9_-]{10,1990})?$/).default("").meta({
    form: "the token as it was shown, beginning with pwe_, or nothing once it is used",
    secret: true,
  }),
  name: z.string().regex(/^[a-z][a-z0-9-]{0,30}$/).default("printwarden").meta({
    form: "small letters, digits and -, at most 31",
  }),
  firewall: z.boolean().default(true).meta({ form: "true or false" }),
  chip: z.string().min(1).max(64).optional().meta({
    form: "the label of the chip whose lines the senses use, on boards that are no Raspberry Pi",
  }),
  wifi: Wifi.optional(),
  printer: z.array(CardPrinter).min(1).max(16),
});
export type CardConfig = z.infer<typeof CardConfig>;
