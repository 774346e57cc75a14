import type { Material } from "../../parts/corpus.ts";
import type { PrinterParameters } from "../../printer/parameters.ts";

/** Heat that 1 mm of 1.75 mm filament takes per kelvin, J/K: the middle of what printers draw. */
const NOMINAL_J_PER_K_PER_MM: Readonly<Record<Material, number>> = {
  PLA: 0.0056,
  PETG: 0.0036,
  ABS: 0.0052,
};

/**
 * The printer with the filament that a part is sliced for: nobody prints a PETG part with ABS. The
 * spool keeps its own departure from the material's usual figure.
 */
export function loadFilament(printer: PrinterParameters, material: Material): PrinterParameters {
  const { world } = printer;
  const departure = world.filamentJPerKPerMm / NOMINAL_J_PER_K_PER_MM[world.filament];
  const filamentJPerKPerMm = NOMINAL_J_PER_K_PER_MM[material] * departure;
  return { ...printer, world: { ...world, filament: material, filamentJPerKPerMm } };
}
