import { compile, loadTensorFlow } from "@congruent/trainer";
const tf = await loadTensorFlow({ device: "cpu" });
const i = tf.input({ shape: [3] });
const out = tf.layers.add().apply([tf.layers.dense({ units: 8, useBias: false }).apply(i), tf.layers.dense({ units: 8, useBias: false }).apply(i)]);
const m = tf.model({ inputs: i, outputs: tf.layers.dense({ units: 1 }).apply(out) });
const c = compile(tf, m, { optimizer: "sgd", loss: "meanSquaredError" });
try { await c.fit(tf.ones([3, 3]), tf.ones([3, 1]), { batchSize: 2 }); console.log("ok"); } catch (e) { console.log(String(e).slice(0, 300)); }
