import type { CardPrinter } from "./card_schema.ts";

/** The folder of the links by which printers are found, whichever socket they hang on. */
const LINKS_FOLDER = "/dev/printwarden";

/** The port of a printer, as tap and agent know it: a link that comes and goes with the cable. */
export function printerPort({ name, usb }: CardPrinter): string {
  return usb.startsWith("/dev/") ? usb : `${LINKS_FOLDER}/${name}`;
}

/**
 * Rules for udev that link each printer's port to `/dev/printwarden/NAME`, now and whenever it is
 * plugged in again.
 */
export function udevRules(printers: readonly CardPrinter[]): string {
  const rules = printers.filter(({ usb }) => !usb.startsWith("/dev/")).map((printer) =>
    `SUBSYSTEM=="tty", KERNEL=="ttyUSB*|ttyACM*", ${match(printer)}, ` +
    `SYMLINK+="printwarden/${printer.name}"\n`
  );
  return `# Written from printwarden.toml at each start.\n${rules.join("")}`;
}

function match({ usb }: CardPrinter): string {
  const [, vendor, product] = /^([0-9a-f]{4}):([0-9a-f]{4})$/i.exec(usb) ?? [];
  if (vendor !== undefined && product !== undefined) {
    return `ENV{ID_VENDOR_ID}=="${vendor.toLowerCase()}", ` +
      `ENV{ID_MODEL_ID}=="${product.toLowerCase()}"`;
  }
  const [how, which] = usb.split(" ");
  if (how === "serial") return `ENV{ID_SERIAL_SHORT}=="${literal(which!)}"`;
  if (how === "socket") return `SUBSYSTEMS=="usb", KERNELS=="${literal(which!)}"`;
  return `SUBSYSTEMS=="usb"`;
}

/** What udev would read as a pattern or an end, taken for the sign it is. */
function literal(text: string): string {
  return text.replaceAll(/[*?[\]|"\\]/g, "?");
}
