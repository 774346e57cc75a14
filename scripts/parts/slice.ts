import { statSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { buildManifest } from "../../edge/reference/build_manifest.ts";
import { positionalsOf, runMain } from "../command_line.ts";
import type { Material, Part } from "./corpus.ts";
import { idOf, type Recipe, RECIPES, setOf, type Settings } from "./recipes.ts";
import { SHAPES } from "./shapes.ts";
import { asciiStl } from "./solid.ts";

const HELP = `Usage: deno run -A scripts/parts/slice.ts DEFINITIONS [ID ...]

Slices the corpus, or its parts of these ids, anew; slice.sh calls it. DEFINITIONS is the folder of
Cura's printer definitions.
`;
const HERE = new URL(".", import.meta.url).pathname;
const DEMO = ["bracket-prusaslicer", "bracket-cura", "gear-prusaslicer", "gear-cura"];

const HOTEND_C: Record<Material, [first: number, then: number]> = {
  PLA: [210, 205],
  PETG: [240, 235],
  ABS: [250, 245],
};
const BED_C: Record<Material, [first: number, then: number]> = {
  PLA: [60, 55],
  PETG: [80, 75],
  ABS: [100, 100],
};
const FAN_PERCENT: Record<Material, [least: number, most: number]> = {
  PLA: [80, 100],
  PETG: [30, 50],
  ABS: [0, 0],
};

const START = "G90\nM82\nM140 S{bed}\nM104 S{hotend}\nG28\nM190 S{bed}\nM109 S{hotend}\n" +
  "G1 Z5 F600\nG92 E0";
const END = "M104 S0\nM140 S0\nM107\nG91\nG1 E-2 F1800\nG1 Z5 F600\nG90\nG1 X0 Y200 F6000\nM84";

function startGcode({ material, settings }: Recipe): string {
  const start = START.replaceAll("{bed}", `${BED_C[material][0]}`)
    .replaceAll("{hotend}", `${HOTEND_C[material][0]}`);
  return settings["use_relative_e_distances"] || settings["relative_extrusion"]
    ? start.replace("M82", "M83")
    : start;
}

/** An INI file for PrusaSlicer or Slic3r. */
function ini(recipe: Recipe): string {
  const { material, slicer } = recipe;
  const fan = FAN_PERCENT[material];
  const settings: Settings = {
    ...(slicer === "prusaslicer"
      ? {
        printer_technology: "FFF",
        gcode_flavor: "marlin2",
        machine_limits_usage: "ignore",
        machine_max_acceleration_extruding: "1500",
        machine_max_acceleration_retracting: "1500",
        machine_max_acceleration_x: "1500",
        machine_max_acceleration_y: "1500",
        machine_max_feedrate_x: "200",
        machine_max_feedrate_y: "200",
        bed_shape: "0x0,220x0,220x220,0x220",
      }
      : { gcode_flavor: "reprap", bed_shape: "0x0,220x0,220x220,0x220" }),
    nozzle_diameter: 0.4,
    filament_diameter: 1.75,
    filament_type: material,
    first_layer_temperature: HOTEND_C[material][0],
    temperature: HOTEND_C[material][1],
    first_layer_bed_temperature: BED_C[material][0],
    bed_temperature: BED_C[material][1],
    layer_height: 0.2,
    first_layer_height: 0.2,
    perimeters: 2,
    fill_density: "20%",
    fill_pattern: "rectilinear",
    skirts: 1,
    perimeter_speed: 45,
    external_perimeter_speed: 30,
    infill_speed: 60,
    travel_speed: 120,
    retract_length: 1,
    retract_speed: 35,
    cooling: material === "ABS" ? 0 : 1,
    fan_always_on: material === "ABS" ? 0 : 1,
    min_fan_speed: fan[0],
    max_fan_speed: fan[1],
    bridge_fan_speed: material === "ABS" ? 0 : 100,
    disable_fan_first_layers: material === "PETG" ? 3 : 1,
    slowdown_below_layer_time: 8,
    start_gcode: startGcode(recipe).replaceAll("\n", "\\n"),
    end_gcode: END.replaceAll("\n", "\\n"),
    ...recipe.settings,
  };
  return Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`).join("");
}

/** CuraEngine without its front end works nothing out of other settings: each is stated. */
function curaSettings(recipe: Recipe): Record<string, string | number> {
  const { material } = recipe;
  const [firstC, thenC] = HOTEND_C[material], [bedFirstC, bedC] = BED_C[material];
  const [least, most] = FAN_PERCENT[material];
  return {
    machine_gcode_flavor: "RepRap (Marlin/Sprinter)",
    machine_name: "printwarden-part",
    machine_width: 220,
    machine_depth: 220,
    machine_height: 250,
    machine_start_gcode: startGcode(recipe),
    machine_end_gcode: END,
    material_print_temp_prepend: "false",
    material_bed_temp_prepend: "false",
    machine_nozzle_size: 0.4,
    material_diameter: 1.75,
    layer_height: 0.2,
    layer_height_0: 0.2,
    line_width: 0.45,
    wall_line_count: 2,
    wall_thickness: 0.9,
    top_layers: 4,
    bottom_layers: 4,
    roofing_layer_count: 0,
    infill_sparse_density: 20,
    infill_line_distance: 4.5,
    infill_pattern: "lines",
    speed_print: 50,
    speed_wall: 40,
    speed_wall_0: 30,
    speed_wall_x: 40,
    speed_infill: 60,
    speed_topbottom: 35,
    speed_support: 50,
    speed_travel: 120,
    speed_layer_0: 20,
    speed_print_layer_0: 20,
    speed_travel_layer_0: 80,
    material_print_temperature: thenC,
    material_print_temperature_layer_0: firstC,
    material_initial_print_temperature: thenC,
    material_final_print_temperature: thenC,
    material_bed_temperature: bedC,
    material_bed_temperature_layer_0: bedFirstC,
    cool_fan_enabled: material === "ABS" ? "false" : "true",
    cool_fan_speed: most,
    cool_fan_speed_min: least,
    cool_fan_speed_max: most,
    cool_fan_speed_0: 0,
    cool_fan_full_layer: material === "PETG" ? 4 : 2,
    cool_min_layer_time: 8,
    retraction_enable: "true",
    retraction_amount: 1,
    retraction_retract_speed: 35,
    retraction_prime_speed: 35,
    adhesion_type: "skirt",
    skirt_line_count: 1,
    center_object: "true",
    mesh_position_x: 0,
    mesh_position_y: 0,
    ...recipe.settings,
  };
}

function slice(recipe: Recipe, folder: string, definitions: string): string {
  const out = `${folder}/${idOf(recipe)}.gcode`, stl = `${recipe.shape}.stl`;
  if (recipe.slicer === "cura") {
    const settings = Object.entries(curaSettings(recipe)).flatMap(([k, v]) => ["-s", `${k}=${v}`]);
    const definition = `${definitions}/fdmprinter.def.json`;
    run(
      "CuraEngine",
      folder,
      ["slice", "-j", definition, ...settings, "-e0", ...settings, "-l", stl, "-o", out],
      definitions,
    );
    return Deno.readTextFileSync(out);
  }
  const load = `${folder}/${idOf(recipe)}.ini`;
  Deno.writeTextFileSync(load, ini(recipe));
  if (recipe.slicer === "prusaslicer") {
    run("prusa-slicer", folder, ["-g", "--load", load, "--center", "110,110", "-o", out, stl]);
  } else {
    run("slic3r", folder, ["-j", "1", "--no-gui", "--load", load, "--print-center", "110,110", "-o", out, stl]);
  }
  return Deno.readTextFileSync(out);
}

/** In the models' folder: CuraEngine writes the model's path into the file. */
function run(program: string, cwd: string, args: string[], definitions = ""): void {
  const { success, stderr, stdout } = new Deno.Command(program, {
    args,
    cwd,
    env: { CURA_ENGINE_SEARCH_PATH: definitions },
  }).outputSync();
  if (success) return;
  const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  throw new Error(`Cannot slice: success of ${program} was required, got: ${said.slice(-600)}`);
}

/** What our own reading makes of a part's G-code. */
export function measured(gcode: string): { filamentM: number; minutes: number } {
  const built = buildManifest(gcode.split("\n"), { salt: "0".repeat(32) });
  if (!built.ok) throw new Error(built.issue);
  const { extrudedMm, timeS } = built.value.totals;
  return { filamentM: Math.round(extrudedMm / 10) / 100, minutes: Math.round(timeS / 6) / 10 };
}

/** The date is the only thing that differs from one run to the next. */
function withoutDate(gcode: string): string {
  return gcode.replace(/^(; generated by .*?) on .*$/m, "$1");
}

function partOf(recipe: Recipe, folder: string, definitions: string): Part {
  const gcode = withoutDate(slice(recipe, folder, definitions));
  const file = `${idOf(recipe)}.gcode.gz`;
  const packed = gzipSync(gcode, { level: 9 });
  packed.fill(0, 4, 8);
  packed[9] = 255;
  Deno.writeFileSync(`${HERE}${file}`, packed);
  const { slicer, material, calibrates = false } = recipe;
  const set = setOf(recipe);
  return { id: idOf(recipe), slicer, set, material, ...measured(gcode), calibrates, file };
}

function demoPart(id: string): Part {
  const slicer = id.endsWith("cura") ? "cura" : "prusaslicer";
  const file = `${id}.gcode`;
  const figures = measured(Deno.readTextFileSync(`${HERE}${file}`));
  return { id, slicer, set: "demo", material: "PLA", ...figures, calibrates: false, file };
}

/** @throws {RangeError} for a folder that isn't one, or an id that no recipe has */
function checkWish(definitions: string, only: string[]): void {
  const isFolder = definitions !== "" &&
    statSync(definitions, { throwIfNoEntry: false })?.isDirectory();
  if (!isFolder) {
    throw new RangeError(
      `Cannot slice: the folder of Cura's printer definitions was required, got '${definitions}'`,
    );
  }
  const unknown = only.find((id) => !RECIPES.some((recipe) => idOf(recipe) === id));
  if (unknown === undefined) return;
  throw new RangeError(`Cannot slice: ids of the corpus were required, got '${unknown}'`);
}

function main(args: string[]): void {
  const positionals = positionalsOf(HELP, args);
  if (positionals === null) return;
  const [definitions = "", ...only] = positionals;
  checkWish(definitions, only);
  const folder = Deno.makeTempDirSync();
  for (const [name, { triangles }] of Object.entries(SHAPES)) {
    Deno.writeTextFileSync(`${folder}/${name}.stl`, asciiStl(name, triangles()));
  }
  const before: Part[] = JSON.parse(Deno.readTextFileSync(`${HERE}corpus.json`));
  const parts = DEMO.map(demoPart);
  for (const recipe of RECIPES) {
    const id = idOf(recipe);
    const kept = only.length > 0 && !only.includes(id) && before.find((part) => part.id === id);
    const part = kept || partOf(recipe, folder, definitions);
    if (!kept) console.log(`${part.id} ${part.filamentM} m ${part.minutes} min`);
    parts.push(part);
  }
  Deno.writeTextFileSync(`${HERE}corpus.json`, `${JSON.stringify(parts, null, 2)}\n`);
  Deno.removeSync(folder, { recursive: true });
}

if (import.meta.main) await runMain(() => main(Deno.args));
