import type { PortInfo } from "@serialport/bindings-interface";
import type { Files } from "./files.ts";

const BY_ID = "/dev/serial/by-id";

/** Lists ports; serialport's own by default. */
export type Lister = () => Promise<PortInfo[]>;

/**
 * The serial ports of this machine: serialport's own list where it works (it asks udevadm), else
 * what udev left in /dev/serial/by-id, else nothing. `pnpId` is a port's name under /dev/serial/by-id.
 */
export async function listPorts(files: Files, own: Lister = serialportList): Promise<PortInfo[]> {
  try {
    return await own();
  } catch {
    // Without udevadm (a container, a small image) or the right to run it the links still tell.
    return linkedPorts(files);
  }
}

async function serialportList(): Promise<PortInfo[]> {
  const { SerialPort } = await import("serialport");
  return await SerialPort.list();
}

function linkedPorts(files: Files): PortInfo[] {
  return (files.list(BY_ID) ?? []).sort().flatMap((name) => {
    const path = files.resolve(`${BY_ID}/${name}`);
    if (path === null) return [];
    return [{
      path,
      pnpId: name,
      manufacturer: undefined,
      serialNumber: undefined,
      locationId: undefined,
      productId: undefined,
      vendorId: undefined,
    }];
  });
}

/** The path under /dev/serial/by-id that leads to the same device, or null: it survives replugging. */
export function byIdPath(files: Files, path: string): string | null {
  const device = files.resolve(path);
  const name = (files.list(BY_ID) ?? []).find((each) =>
    files.resolve(`${BY_ID}/${each}`) === device
  );
  return device === null || name === undefined ? null : `${BY_ID}/${name}`;
}
