import type { BindingInterface, PortInfo } from "@serialport/bindings-interface";
import { SerialPortStream } from "@serialport/stream";

/** Serial ports for programs beside the guard, such as a player of jobs or a probe. */
export interface SerialPorts {
  /**
   * Opens a port: raw, 8N1, for us alone, without dropping DTR at the end.
   *
   * @param baud any rate that the hardware can make, such as 115200 or 250000
   * @throws {Error} with a sentence for the operator if it can't be had
   */
  open(path: string, baud: number): Promise<SerialPortStream>;
  list(): Promise<PortInfo[]>;
}

/** Serial ports over a binding: `deviceBinding(loadLibc())`, or serialport's MockBinding in a test. */
export function serialPorts(binding: BindingInterface): SerialPorts {
  return {
    open: (path, baud) =>
      new Promise((resolve, reject) => {
        const port = new SerialPortStream(
          { binding, path, baudRate: baud, hupcl: false },
          (error) => error === null ? resolve(port) : reject(error),
        );
      }),
    list: () => binding.list(),
  };
}
