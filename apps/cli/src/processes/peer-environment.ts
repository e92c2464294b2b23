import { note } from "../output/output.js";

/** The Python environment of the frameworks that benchmarks compare with, made when it is first asked for. */
export async function makePeerEnvironment(what = "Keras, PyTorch, pandas"): Promise<void> {
  const { provisionEnvironment } = await import("@congruent/toolchain");
  note(`the environment of the peers (${what}) …`);
  await provisionEnvironment("bench", () => undefined);
}
