import type { BindingInterface, OpenOptions, PortInfo } from "@serialport/bindings-interface";
import { DevicePort } from "./device_port.ts";
import { files } from "./files.ts";
import type { Libc } from "./libc.ts";
import { openDevice } from "./open_device.ts";
import { listPorts } from "./port_list.ts";
import type { LineMode } from "./termios.ts";

const DEFAULTS: Required<Omit<OpenOptions, "path" | "baudRate">> = {
  dataBits: 8,
  lock: true,
  stopBits: 1,
  parity: "none",
  rtscts: false,
  xon: false,
  xoff: false,
  xany: false,
  // Unlike serialport's own default: dropping DTR resets Arduino-class boards.
  hupcl: false,
};

/**
 * A binding for @serialport/stream over libc. serialport's own binding can't read or write under
 * Deno, because its native part opens the descriptor itself.
 */
export function deviceBinding(libc: Libc): BindingInterface<DevicePort, OpenOptions, PortInfo> {
  const disk = files(libc);
  return {
    list: () => listPorts(disk),
    open: (options) =>
      Promise.resolve().then(() => {
        const openOptions = { ...DEFAULTS, ...options };
        const opened = openDevice(libc, disk, options.path, modeOf(openOptions), openOptions.lock);
        if (!opened.ok) throw new Error(opened.issue);
        return new DevicePort(libc, opened.value, openOptions);
      }),
  };
}

function modeOf(options: Required<OpenOptions>): LineMode {
  const { baudRate, dataBits, stopBits, parity, rtscts, xon, xoff, xany, hupcl } = options;
  if (stopBits === 1.5) {
    throw new RangeError("Cannot open a port: 1 or 2 stop bits were required, got 1.5");
  }
  if (parity !== "none" && parity !== "even" && parity !== "odd") {
    throw new RangeError(
      `Cannot open a port: parity none, even or odd was required, got '${parity}'`,
    );
  }
  return { baud: baudRate, dataBits, stopBits, parity, rtscts, xon, xoff, xany, hupcl };
}
