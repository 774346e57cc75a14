const decoder = new TextDecoder("utf-8", { fatal: true });

/** Parses UTF-8 JSON; undefined if the bytes are none, which no schema accepts. */
export function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch {
    return undefined;
  }
}
