/** How the card is laid out; `fstab`, the initramfs and the kernel's line name it by these. */

/** The disk's identifier, of which a partition's PARTUUID is made: "PWG!" in ASCII. */
export const DISK_ID = "50574721";
/** The root file system, as the kernel's line names it. */
export const ROOT_PARTITION = `PARTUUID=${DISK_ID}-02`;

const MIB = 1024 * 1024;
/** Partitions begin on whole blocks of any card's flash. */
export const ALIGN_BYTES = 4 * MIB;
/** The boot files: firmware, kernel, initramfs, and what people write. */
export const BOOT_BYTES = 96 * MIB;
/** What must last; the first start lets it grow. */
export const STATE_BYTES = 64 * MIB;

/** The card may not be larger than this, unpacked and compressed. */
export const IMAGE_BYTES_MAX = 600_000_000;
export const COMPRESSED_BYTES_MAX = 200_000_000;

/** Where a partition begins and how long it is, bytes. */
export interface Extent {
  start: number;
  length: number;
}

/** The three partitions, one after another, around a root of so many bytes. */
export function layOut(rootBytes: number): { boot: Extent; root: Extent; state: Extent } {
  const whole = (bytes: number) => Math.ceil(bytes / ALIGN_BYTES) * ALIGN_BYTES;
  const boot = { start: ALIGN_BYTES, length: BOOT_BYTES };
  const root = { start: boot.start + boot.length, length: whole(rootBytes) };
  return { boot, root, state: { start: root.start + root.length, length: STATE_BYTES } };
}
