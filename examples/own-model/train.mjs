import { exportModel } from "@congruent/exporter";
import { compile, loadTensorFlow } from "@congruent/trainer";

const tf = await loadTensorFlow({ device: "cpu" });
const x = tf.randomUniform([2000, 2], -1, 1, "float32", 1);
const y = tf.norm(x, "euclidean", 1, true); // how far a point is from the middle
const hidden = () => tf.layers.dense({ units: 32, activation: "relu" });
const input = tf.input({ shape: [2], name: "point" });
const output = tf.layers.dense({ units: 1, name: "distance" });
const model = tf.model({ inputs: input, outputs: output.apply(hidden().apply(hidden().apply(input))) });
const compiled = compile(tf, model, { optimizer: "adam", loss: "meanAbsoluteError" });
const { history } = await compiled.fit(x, y, { epochs: 30, validationSplit: 0.2 });
compiled.close();
const { path } = await exportModel({ tf, model, out: process.argv[2] ?? "distance.onnx" });
console.log(`${path}: off by ${history.valLoss.at(-1).toFixed(3)} on average`);
