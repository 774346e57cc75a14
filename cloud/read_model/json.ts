const decoder = new TextDecoder("utf-8", { fatal: true });

/** Bytes as text; undefined if they are no UTF-8. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Parses UTF-8 JSON; undefined if it is none, which no schema accepts. */
export function jsonOf(from: Uint8Array | string | undefined): unknown {
  const text = from instanceof Uint8Array ? textOf(from) : from;
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
