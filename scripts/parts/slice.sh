#!/bin/sh
# Slices the demo's two parts and the corpus with Debian's slicers; not needed in CI, the results are
# shipped.
#   apt-get install prusa-slicer cura-engine slic3r
#   apt-get download cura && dpkg -x cura_*.deb cura     (only for its printer definitions)
#   scripts/parts/slice.sh cura/usr/share/cura/resources/definitions
set -eu
definitions=$1
here=$(cd "$(dirname "$0")" && pwd)
stl=$(mktemp -d)
trap 'rm -rf "$stl"' EXIT
deno run -A "$here/model.ts" "$stl"

start='G90
M82
M140 S{bed}
M104 S{hotend}
G28
M190 S60
M109 S210
G1 Z5 F600
G92 E0'
end='M104 S0
M140 S0
M107
G91
G1 E-2 F1800
G1 Z5 F600
G90
G1 X0 Y200 F6000
M84'
start=$(printf '%s' "$start" | sed 's/{bed}/60/; s/{hotend}/210/')

for part in bracket gear; do
  prusa-slicer -g --load "$here/prusaslicer.ini" --center 110,110 \
    -o "$here/$part-prusaslicer.gcode" "$stl/$part.stl" > "$stl/log" 2>&1 || cat "$stl/log"
  CURA_ENGINE_SEARCH_PATH=$definitions CuraEngine slice -j "$definitions/fdmprinter.def.json" \
    -s machine_gcode_flavor="RepRap (Marlin/Sprinter)" \
    -s machine_name=printwarden-part \
    -s machine_width=220 -s machine_depth=220 -s machine_height=250 \
    -s machine_start_gcode="$start" -s machine_end_gcode="$end" \
    -s material_print_temp_prepend=false -s material_bed_temp_prepend=false \
    -s machine_nozzle_size=0.4 -s material_diameter=1.75 \
    -s layer_height=0.2 -s layer_height_0=0.2 -s line_width=0.45 -s wall_line_count=2 \
    -s wall_thickness=0.9 -s top_layers=4 -s bottom_layers=4 -s roofing_layer_count=0 \
    -s infill_sparse_density=20 -s infill_line_distance=4.5 -s infill_pattern=lines \
    -s speed_print=50 -s speed_wall=40 -s speed_wall_0=30 -s speed_wall_x=40 -s speed_infill=60 \
    -s speed_topbottom=35 -s speed_travel=120 -s speed_layer_0=20 -s speed_print_layer_0=20 \
    -s speed_travel_layer_0=80 \
    -s material_print_temperature=205 -s material_print_temperature_layer_0=210 \
    -s material_initial_print_temperature=205 -s material_final_print_temperature=205 \
    -s material_bed_temperature=55 -s material_bed_temperature_layer_0=60 \
    -s cool_fan_enabled=true -s cool_fan_speed=100 -s cool_fan_speed_min=90 \
    -s cool_fan_speed_max=100 -s cool_fan_speed_0=0 -s cool_fan_full_layer=2 \
    -s cool_min_layer_time=8 -s retraction_enable=true -s retraction_amount=1 \
    -s retraction_retract_speed=35 -s retraction_prime_speed=35 \
    -e0 -s material_diameter=1.75 -s machine_nozzle_size=0.4 -s line_width=0.45 \
    -s retraction_amount=1 -s retraction_retract_speed=35 -s retraction_prime_speed=35 \
    -s adhesion_type=skirt -s skirt_line_count=1 -s center_object=true -s mesh_position_x=0 \
    -s mesh_position_y=0 \
    -l "$stl/$part.stl" -o "$here/$part-cura.gcode" > "$stl/log" 2>&1 || cat "$stl/log"
  # CuraEngine writes its defaults into the header when no front end fills them in: leave its text.
done

# The corpus: recipes.ts says which model, slicer and settings; corpus.json gets the figures.
deno run -A "$here/slice.ts" "$definitions"
