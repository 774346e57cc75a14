import type { Material, PartSet, Slicer } from "./corpus.ts";
import { SHAPES } from "./shapes.ts";

export type Settings = Readonly<Record<string, string | number>>;

/** A model, a slicer and what is changed of the slicer's base settings. */
export interface Recipe {
  shape: string;
  slicer: Slicer;
  material: Material;
  settings: Settings;
  calibrates?: true;
}

export function idOf({ shape, slicer, material }: Recipe): string {
  return `${shape}-${slicer}-${material.toLowerCase()}`;
}

export function setOf({ shape }: Recipe): PartSet {
  return SHAPES[shape]!.set;
}

/** Half of the fan at the third, all of it at the fifth layer, and round again, from 1 layer on. */
const FAN_STEPS = "{if layer_num % 6 == 1}M106 S127{elsif layer_num % 6 == 3}M106 S255" +
  "{elsif layer_num % 6 == 5}M107{endif}";

/** Walls slow, skin at a middle rate, infill fast; the fan by steps. */
const FIRST_PRINT: Settings = {
  layer_gcode: FAN_STEPS,
  bridge_fan_speed: 0,
  cooling: 0,
  fan_always_on: 0,
  external_perimeter_speed: 20,
  perimeter_speed: 28,
  small_perimeter_speed: 22,
  solid_infill_speed: 50,
  top_solid_infill_speed: 30,
  infill_speed: 80,
  fill_density: "60%",
};

const VASE: Settings = {
  spiral_vase: 1,
  perimeters: 1,
  fill_density: "0%",
  top_solid_layers: 0,
  bottom_solid_layers: 3,
};

/** One perimeter, thick layers, wide lines: much filament in little time. */
const COARSE: Settings = {
  layer_height: 0.3,
  first_layer_height: 0.3,
  extrusion_width: 0.6,
  perimeter_speed: 55,
  external_perimeter_speed: 45,
  infill_speed: 70,
  solid_infill_speed: 60,
};

const CURA_COARSE: Settings = {
  layer_height: 0.3,
  layer_height_0: 0.3,
  line_width: 0.6,
  wall_line_width: 0.6,
  wall_line_width_0: 0.6,
  wall_line_width_x: 0.6,
  skin_line_width: 0.6,
  infill_line_width: 0.6,
  infill_line_distance: 2.4,
  speed_wall: 50,
  speed_wall_0: 45,
  speed_wall_x: 55,
  speed_infill: 70,
  speed_topbottom: 60,
};

const prusa = (
  shape: string,
  material: Material,
  settings: Settings,
  calibrates?: true,
): Recipe => ({ shape, slicer: "prusaslicer", material, settings, calibrates });
const slic3r = (shape: string, material: Material, settings: Settings): Recipe => ({
  shape,
  slicer: "slic3r",
  material,
  settings,
});
const cura = (shape: string, material: Material, settings: Settings): Recipe => ({
  shape,
  slicer: "cura",
  material,
  settings,
});

export const RECIPES: readonly Recipe[] = [
  // Train.
  prusa("comb", "PLA", { retract_lift: 0.2, retract_length: 0.8, gcode_comments: 1 }),
  cura("comb", "PETG", { retraction_hop_enabled: "true", retraction_hop: 0.3, layer_height: 0.24 }),
  slic3r("hook", "PLA", { layer_height: 0.25, fill_pattern: "honeycomb", fill_density: "25%" }),
  cura("hook", "ABS", { infill_pattern: "grid", adhesion_type: "brim", brim_line_count: 5 }),
  prusa("buttons", "PETG", {
    use_relative_e_distances: 1,
    layer_gcode: "G92 E0",
    retract_length: 0.6,
    default_acceleration: 900,
    perimeter_acceleration: 700,
    infill_acceleration: 1100,
    first_layer_acceleration: 500,
  }),
  prusa("twist", "PLA", { ...VASE, layer_height: 0.24, full_fan_speed_layer: 4 }),
  prusa("crate", "PLA", { ...COARSE, fill_pattern: "gyroid", fill_density: "20%", remaining_times: 1, start_filament_gcode: "M221 S95" }),
  cura("crate", "PETG", { ...CURA_COARSE, infill_pattern: "zigzag", relative_extrusion: "true" }),
  prusa("stair", "PLA", FIRST_PRINT, true),
  // Calibrate.
  slic3r("knob", "PETG", { fill_pattern: "concentric", fill_density: "15%", gcode_comments: 1 }),
  cura("knob", "PLA", { layer_height: 0.28, infill_pattern: "triangles", retraction_enable: "false" }),
  prusa("table", "PLA", {
    bridge_fan_speed: 100,
    min_fan_speed: 35,
    max_fan_speed: 60,
    fan_below_layer_time: 40,
    brim_width: 3,
  }),
  cura("table", "PLA", { support_enable: "true", layer_height: 0.25, support_line_distance: 2.5 }),
  prusa("pegs", "ABS", { layer_height: 0.15, retract_lift: 0.4, fill_pattern: "line" }),
  slic3r("bottle", "PLA", { ...VASE, layer_height: 0.2 }),
  prusa("frame", "PETG", {
    ...COARSE,
    fill_pattern: "grid",
    fill_density: "35%",
    machine_limits_usage: "emit_to_gcode",
    start_filament_gcode: "M900 K0.06",
  }),
  cura("frame", "ABS", {
    ...CURA_COARSE,
    infill_line_distance: 1.8,
    acceleration_enabled: "true",
    acceleration_print: 1200,
    acceleration_wall: 900,
    acceleration_wall_0: 700,
    acceleration_wall_x: 900,
    acceleration_infill: 1400,
    acceleration_topbottom: 900,
    acceleration_travel: 1500,
  }),
  prusa("spindle", "PLA", FIRST_PRINT, true),
  // Evaluate, short.
  prusa("star", "PLA", { fill_pattern: "cubic", fill_density: "25%", start_filament_gcode: "M900 K0.04" }),
  slic3r("star", "PETG", { layer_height: 0.28, fill_pattern: "rectilinear", retract_length: 1.5 }),
  cura("cross", "PLA", { infill_pattern: "cubic", layer_height: 0.16, speed_infill: 75 }),
  prusa("cross", "ABS", {
    use_relative_e_distances: 1,
    layer_gcode: "G92 E0",
    layer_height: 0.25,
    default_acceleration: 1000,
    perimeter_acceleration: 800,
    infill_acceleration: 1250,
  }),
  prusa("pins", "PETG", { retract_lift: 0.3, gcode_label_objects: 1, layer_height: 0.28 }),
  cura("pins", "PLA", { layer_height: 0.3, retraction_hop_enabled: "true", retraction_hop: 0.2 }),
  prusa("arch", "PLA", {
    bridge_fan_speed: 100,
    min_fan_speed: 30,
    max_fan_speed: 70,
    fan_below_layer_time: 30,
    remaining_times: 1,
    start_filament_gcode: "M900 K0.05\\nM221 S95",
  }),
  cura("arch", "PETG", { support_enable: "true", layer_height: 0.24, support_line_distance: 2.2 }),
  slic3r("pulley", "PLA", { layer_height: 0.3, perimeters: 3, retract_lift: 0.25 }),
  cura("lattice", "PETG", {
    layer_height: 0.3,
    relative_extrusion: "true",
    adhesion_type: "brim",
    brim_line_count: 4,
  }),
  prusa("cup", "PETG", { ...VASE, layer_height: 0.3 }),
  prusa("beacon", "PLA", FIRST_PRINT, true),
  // Evaluate, long.
  prusa("tray", "PLA", {
    ...COARSE,
    fill_pattern: "grid",
    fill_density: "20%",
    machine_limits_usage: "emit_to_gcode",
    remaining_times: 1,
  }),
  cura("tray", "PETG", { ...CURA_COARSE, infill_pattern: "lines" }),
  slic3r("column", "PLA", { ...COARSE, fill_pattern: "honeycomb", fill_density: "30%" }),
  prusa("column", "ABS", { ...COARSE, fill_pattern: "triangles", fill_density: "25%", brim_width: 4 }),
  cura("wedge", "PLA", {
    ...CURA_COARSE,
    infill_line_distance: 3,
    infill_pattern: "trihexagon",
    acceleration_enabled: "true",
    acceleration_print: 1000,
    acceleration_wall: 800,
    acceleration_wall_0: 600,
    acceleration_infill: 1300,
    acceleration_travel: 1500,
  }),
];
