import { I32, I64, list, name, op, section, unsigned, V128 } from "./wasm_bytes.ts";

/**
 * The dense layer as a WebAssembly module with 128-bit SIMD, put together here instruction by
 * instruction: small enough to read, and nothing to build. It exports `memory` and
 * `dense(x, w, bias, y, blocks, units, multiplier, shift, low, high)`: `x` points at int16 inputs,
 * `w` at int8 rows, `bias` at int32, `y` at int16 outputs; `blocks` is inputs / 8.
 *
 * @param pages of memory, 64 KiB each
 */
export function wasmKernel(pages: number): Uint8Array<ArrayBuffer> {
  const parameters = new Array<number>(PARAMETERS).fill(I32);
  const type = [0x60, ...list(parameters.map((each) => [each])), ...list([])];
  const exported = [[...name("memory"), 0x02, 0], [...name("dense"), 0x00, 0]];
  const locals = list([[1, V128], [3, I32], [1, I64]].map(([n, kind]) => [n!, kind!]));
  const body = [...locals, ...dense(), ...op.end];
  return new Uint8Array([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, list([type])),
    ...section(3, list([[0]])),
    ...section(5, list([[0, ...unsigned(pages)]])),
    ...section(7, list(exported)),
    ...section(10, list([[...unsigned(body.length), ...body]])),
  ]);
}

const [X, W, BIAS, Y, BLOCKS, UNITS, MULTIPLIER, SHIFT, LOW, HIGH] = [
  0,
  1,
  2,
  3,
  4,
  5,
  6,
  7,
  8,
  9,
] as const;
const PARAMETERS = 10;
const [SUM, AT, LEFT, TOTAL, WIDE] = [10, 11, 12, 13, 14] as const;

/** For each unit: the row's sum of products, scaled, clamped and stored. */
function dense(): number[] {
  return [
    ...op.loop,
    ...rowSum(),
    ...scaled(),
    ...op.get(Y),
    ...op.get(WIDE),
    ...op.i32WrapI64,
    ...op.i32Store16(0),
    ...advance(Y, 2),
    ...advance(BIAS, 4),
    ...op.get(UNITS),
    ...op.i32(1),
    ...op.i32Sub,
    ...op.tee(UNITS),
    ...op.brIf(0),
    ...op.end,
  ];
}

/** SUM over blocks of eight: int16 inputs times int8 weights, pairs added into four 32-bit lanes. */
function rowSum(): number[] {
  return [
    ...op.v128Zero,
    ...op.set(SUM),
    ...op.get(X),
    ...op.set(AT),
    ...op.get(BLOCKS),
    ...op.set(LEFT),
    ...op.loop,
    ...op.get(SUM),
    ...op.get(AT),
    ...op.v128Load(0),
    ...op.get(W),
    ...op.v128Load8x8S(0),
    ...op.i32x4DotI16x8S,
    ...op.i32x4Add,
    ...op.set(SUM),
    ...advance(AT, 16),
    ...advance(W, 8),
    ...op.get(LEFT),
    ...op.i32(1),
    ...op.i32Sub,
    ...op.tee(LEFT),
    ...op.brIf(0),
    ...op.end,
    ...op.get(BIAS),
    ...op.i32Load,
    ...[0, 1, 2, 3].flatMap((lane) => [
      ...op.get(SUM),
      ...op.i32x4ExtractLane(lane),
      ...op.i32Add,
    ]),
    ...op.set(TOTAL),
  ];
}

/** WIDE = clamp((TOTAL · multiplier + 2^(shift−1)) >> shift, low, high). */
function scaled(): number[] {
  const wide = (local: number) => [...op.get(local), ...op.i64ExtendI32S];
  return [
    ...wide(TOTAL),
    ...wide(MULTIPLIER),
    ...op.i64Mul,
    ...op.i64(1),
    ...wide(SHIFT),
    ...op.i64(1),
    ...op.i64Sub,
    ...op.i64Shl,
    ...op.i64Add,
    ...wide(SHIFT),
    ...op.i64ShrS,
    ...op.set(WIDE),
    ...wide(LOW),
    ...op.get(WIDE),
    ...op.get(WIDE),
    ...wide(LOW),
    ...op.i64LtS,
    ...op.select,
    ...op.set(WIDE),
    ...wide(HIGH),
    ...op.get(WIDE),
    ...op.get(WIDE),
    ...wide(HIGH),
    ...op.i64GtS,
    ...op.select,
    ...op.set(WIDE),
  ];
}

function advance(local: number, bytes: number): number[] {
  return [...op.get(local), ...op.i32(bytes), ...op.i32Add, ...op.set(local)];
}
