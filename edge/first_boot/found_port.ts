/** A serial port that is plugged in, by what udev knows of it. */
export interface FoundPort {
  /** `/dev/ttyUSB0` */
  path: string;
  /** What it calls itself. */
  model: string;
  vendorId: string;
  productId: string;
  /** The serial number; empty if it has none of its own. */
  serial: string;
  /** The USB socket that it hangs on, `1-1.2`; empty if none. */
  socket: string;
}

/**
 * The serial ports in the list of `udevadm info --export-db`.
 *
 * @param database blocks of lines, an empty line between two
 */
export function foundPorts(database: string): FoundPort[] {
  return database.split("\n\n").flatMap((block) => {
    const value = (key: string) => new RegExp(`^E: ${key}=(.*)$`, "m").exec(block)?.[1] ?? "";
    if (value("SUBSYSTEM") !== "tty" || value("ID_BUS") !== "usb") return [];
    const socket = /\/usb\d+\/(?:[\d.-]+\/)*?(\d+-[\d.]+)\/[\d.-]+:[\d.]+\//.exec(value("DEVPATH"));
    return [{
      path: value("DEVNAME"),
      model: value("ID_MODEL").replaceAll("_", " "),
      vendorId: value("ID_VENDOR_ID"),
      productId: value("ID_MODEL_ID"),
      serial: value("ID_USB_SERIAL_SHORT") || value("ID_SERIAL_SHORT"),
      socket: socket?.[1] ?? "",
    }];
  });
}

/** How to name a port on the card: one sentence for a person. */
export function describePort(port: FoundPort): string {
  const ways = [
    `usb = "${port.vendorId}:${port.productId}"`,
    ...(/^\S{1,60}$/.test(port.serial) ? [`usb = "serial ${port.serial}"`] : []),
    ...(port.socket === "" ? [] : [`usb = "socket ${port.socket}"`]),
  ];
  return `${port.model || "a serial port"} at ${port.path}: ${ways.join("  or  ")}`;
}
