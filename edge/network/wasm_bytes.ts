/** The few pieces of WebAssembly's binary format that our kernel needs (core specification 2.0, §5). */

/** Unsigned LEB128. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  do {
    const low = value & 0x7f;
    value >>>= 7;
    bytes.push(value === 0 ? low : low | 0x80);
  } while (value !== 0);
  return bytes;
}

/** Signed LEB128. */
export function signed(value: number): number[] {
  const bytes: number[] = [];
  for (;;) {
    const low = value & 0x7f;
    value >>= 7;
    const done = (value === 0 && (low & 0x40) === 0) || (value === -1 && (low & 0x40) !== 0);
    bytes.push(done ? low : low | 0x80);
    if (done) return bytes;
  }
}

export function section(id: number, content: readonly number[]): number[] {
  return [id, ...unsigned(content.length), ...content];
}

export function list(items: readonly (readonly number[])[]): number[] {
  return [...unsigned(items.length), ...items.flat()];
}

export function name(text: string): number[] {
  const bytes = [...text].map((letter) => letter.charCodeAt(0));
  return [...unsigned(bytes.length), ...bytes];
}

/** Value types. */
export const I32 = 0x7f;
export const I64 = 0x7e;
export const V128 = 0x7b;

const simd = (code: number) => [0xfd, ...unsigned(code)];

/** Instructions, named as in the specification. */
export const op = {
  loop: [0x03, 0x40],
  end: [0x0b],
  brIf: (depth: number) => [0x0d, ...unsigned(depth)],
  get: (local: number) => [0x20, ...unsigned(local)],
  set: (local: number) => [0x21, ...unsigned(local)],
  tee: (local: number) => [0x22, ...unsigned(local)],
  i32: (value: number) => [0x41, ...signed(value)],
  i64: (value: number) => [0x42, ...signed(value)],
  i32Load: [0x28, 2, 0],
  i32Store16: (offset: number) => [0x3b, 1, ...unsigned(offset)],
  i32Add: [0x6a],
  i32Sub: [0x6b],
  select: [0x1b],
  i64Add: [0x7c],
  i64Sub: [0x7d],
  i64Mul: [0x7e],
  i64Shl: [0x86],
  i64ShrS: [0x87],
  i64ExtendI32S: [0xac],
  i32WrapI64: [0xa7],
  i64LtS: [0x53],
  i64GtS: [0x55],
  v128Load: (offset: number) => [...simd(0x00), 4, ...unsigned(offset)],
  v128Load8x8S: (offset: number) => [...simd(0x01), 3, ...unsigned(offset)],
  v128Zero: [...simd(0x0c), ...new Array<number>(16).fill(0)],
  i32x4ExtractLane: (lane: number) => [...simd(0x1b), lane],
  i32x4Add: simd(0xae),
  i32x4DotI16x8S: simd(0xba),
} as const;
