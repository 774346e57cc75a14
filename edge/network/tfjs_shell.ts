import type { Artefact } from "./artefact.ts";
import type { Network } from "./network.ts";

/**
 * The very same artefact through tfjs's layers on its cpu backend: the other run time, and what the
 * integers are checked against. The packages are loaded here and nowhere else at the edge.
 *
 * @throws {Error} if the packages aren't installed, or tfjs refuses the artefact
 */
export async function tfjsNetwork(artefact: Artefact): Promise<Network> {
  const tf = await import("@tensorflow/tfjs-core");
  const { loadLayersModel } = await import("@tensorflow/tfjs-layers");
  await import("@tensorflow/tfjs-backend-cpu");
  // Its cpu backend would greet on the console.
  tf.env().set("IS_NODE", false);
  await tf.setBackend("cpu");
  await tf.ready();
  const model = await loadLayersModel(tf.io.fromMemory(modelArtefacts(artefact)));
  const { inputScale } = artefact.metadata.integer;
  const first = artefact.layers[0]!;
  const values = new Float32Array(first.inputs);
  const answer = new Float32Array(artefact.layers.at(-1)!.units);
  return {
    artefact,
    runtime: "tfjs",
    run(input) {
      for (let i = 0; i < values.length; i++) values[i] = input[i]! * inputScale;
      const input2d = tf.tensor2d(values, [1, values.length]);
      const output = model.predictOnBatch(input2d) as ReturnType<typeof tf.tensor2d>;
      answer.set(output.dataSync<"float32">());
      output.dispose();
      input2d.dispose();
      return answer;
    },
  };
}

function modelArtefacts({ modelJson, weights }: Artefact) {
  const { format, generatedBy, convertedBy, modelTopology, weightsManifest } = JSON.parse(
    modelJson,
  );
  return {
    format,
    generatedBy,
    convertedBy,
    modelTopology,
    weightSpecs: weightsManifest[0].weights,
    weightData: weights.slice().buffer as ArrayBuffer,
  };
}
