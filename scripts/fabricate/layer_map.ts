/** A layer in which a square of the part is missing. */
export function layerMapWithVoid() {
  const [widthCells, heightCells] = [24, 18];
  const planned = Array.from({ length: widthCells * heightCells }, (_, index) => {
    const [x, y] = [index % widthCells, Math.floor(index / widthCells)];
    const edge = x === 2 || x === 21 || y === 2 || y === 15;
    if (x < 2 || x > 21 || y < 2 || y > 15) return 0;
    return edge ? 230 : (x + y) % 2 === 0 ? 120 : 90;
  });
  const seen = planned.map((value, index) => {
    const [x, y] = [index % widthCells, Math.floor(index / widthCells)];
    return x >= 13 && x <= 16 && y >= 7 && y <= 10 ? 0 : value;
  });
  const place = { leftMm: 86, frontMm: 92, cellMm: 2, extent: "layer" } as const;
  return { layer: 44, widthCells, heightCells, ...place, planned, seen };
}
