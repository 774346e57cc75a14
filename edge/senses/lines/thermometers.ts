import { dirname, join } from "node:path";
import { reasonOf } from "../../../shared/reason.ts";
import { ok, refused, type Result } from "../../../shared/result.ts";
import { cString, type Libc, libcError } from "../../serial/libc.ts";
import { decodeMax31855, type Max31855Reading } from "../signal/max31855.ts";
import { readTemperatureText } from "../signal/temperature_text.ts";
import type { InputLine, OutputLine } from "./line.ts";

/** Something that measures a temperature, °C, when it is asked. */
export type ReadTemperature = () => Promise<Result<number>>;
/** A MAX31855, which knows its cold end as well. */
export type ReadMax31855 = () => Result<Max31855Reading>;

const O_RDWR = 2, O_CLOEXEC = 0o2000000;
/** linux/spi/spidev.h: SPI_IOC_WR_MODE and SPI_IOC_WR_MAX_SPEED_HZ. */
const WRITE_MODE = 0x4001_6b01, WRITE_SPEED = 0x4004_6b04;
/** The chip bears 5 MHz; a long wire is happier with less. */
const SPEED_HZ = 1_000_000;

/**
 * A MAX31855 behind the kernel's spidev: 32 bits a reading, most significant first.
 *
 * @throws {LibcError} if the device can't be opened
 */
export function max31855AtSpidev(libc: Libc, device: string): ReadMax31855 {
  const { call } = libc;
  const fd = call.open(cString(device), O_RDWR | O_CLOEXEC, 0);
  if (fd < 0) throw libcError(libc, `Cannot open ${device}`);
  call.ioctl(fd, WRITE_MODE, new Uint8Array([0]));
  call.ioctl(fd, WRITE_SPEED, new Uint32Array([SPEED_HZ]));
  const bytes = new Uint8Array(4);
  const view = new DataView(bytes.buffer);
  return () =>
    call.read(fd, bytes, 4) === 4
      ? decodeMax31855(view.getUint32(0))
      : refused(`${device} gives no reading`);
}

/** A MAX31855 at three lines, clocked by hand. */
export function max31855AtLines(
  clock: OutputLine,
  select: OutputLine,
  data: InputLine,
): ReadMax31855 {
  select.write(1);
  clock.write(0);
  return () => {
    select.write(0);
    let word = 0;
    for (let bit = 0; bit < 32; bit++) {
      word = (word << 1) | (data.read() ?? 0);
      clock.write(1);
      clock.write(0);
    }
    select.write(1);
    return decodeMax31855(word >>> 0);
  };
}

/** A kernel driver's file: thousandths of a degree, or an IIO channel with its scale beside it. */
export function temperatureFile(file: string, isAmbient: boolean): ReadTemperature {
  return async () => {
    try {
      const text = await Deno.readTextFile(file);
      if (!file.endsWith("_raw")) return readTemperatureText(text, isAmbient);
      const scale = await Deno.readTextFile(join(dirname(file), "in_temp_scale"));
      const c = Number(text) * Number(scale) / 1000;
      return Number.isFinite(c) ? ok(c) : refused(`${file} gives no number`);
    } catch (error) {
      return refused(`${file}: ${reasonOf(error)}`);
    }
  };
}
