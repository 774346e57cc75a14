import type { TapControl } from "./control.ts";

const TEXT_CHARS_MAX = 400;
const encoder = new TextEncoder();

/** Encodes a control frame's payload; texts that are too long are cut. */
export function encodeControl(control: TapControl): Uint8Array<ArrayBuffer> {
  return encoder.encode(
    JSON.stringify(
      control,
      (_key, value) => typeof value === "string" ? value.slice(0, TEXT_CHARS_MAX) : value,
    ),
  );
}
