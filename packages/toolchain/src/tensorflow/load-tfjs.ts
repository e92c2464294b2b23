/** tfjs for running a model where speed is not what matters: with TensorFlow where it is set up, without it elsewhere. */
import { CongruentError } from "@congruent/core";
import { setUpCommand } from "../home.js";
import { hasAddon } from "./addon-place.js";
import { loadTensorFlow } from "./load-tensorflow.js";

/** What tfjs-node and tfjs by itself have in common. */
export type Tfjs = Omit<typeof import("@tensorflow/tfjs"), "default">;

export interface LoadedTfjs {
  tf: Tfjs;
  /** What computes, and its version, for reports. */
  versions: Record<string, string>;
}

/**
 * tfjs-node where its addon is set up, else tfjs with its own CPU backend: many times slower, and with nothing to install.
 *
 * @param options.backend `cpu` takes tfjs' own backend also where tfjs-node is there. Default: tfjs-node where it is there
 * @throws CongruentError (exit 3) `E_TFJS_ADDON` where the addon is there and does not load; `E_TFJS` where tfjs is not installed
 * @example
 * ```ts
 * const { tf, versions } = await loadTfjs({ backend: "cpu" });
 * [tf.getBackend(), Object.keys(versions)]; // => ["cpu", ["tfjs"]]
 * ```
 */
export async function loadTfjs({ backend }: { backend?: "cpu" } = {}): Promise<LoadedTfjs> {
  if (backend === undefined && hasAddon("cpu")) {
    const tf = await loadTensorFlow({ device: "cpu" });
    return { tf, versions: versionsOf(tf) };
  }
  const tf = await import("@tensorflow/tfjs").catch((error: unknown) => {
    throw new CongruentError({
      code: "E_TFJS",
      what: "@tensorflow/tfjs, which runs layers models, is not installed",
      fix: `npm install @tensorflow/tfjs (or ${setUpCommand()}, which brings all that training needs)`,
      exit: 3,
      cause: error,
    });
  });
  await tf.setBackend("cpu");
  withoutAdvice(tf);
  return { tf, versions: versionsOf(tf) };
}

/** The first tensor in Node makes tfjs advise tfjs-node, in the middle of a command's output. */
function withoutAdvice(tf: Tfjs): void {
  const before = tf.env().getBool("PROD");
  tf.env().set("PROD", true);
  tf.scalar(0).dispose();
  tf.env().set("PROD", before);
}

/** Of a tfjs that was loaded elsewhere. */
export function versionsOf(tf: Tfjs): Record<string, string> {
  const { version } = tf as { version: Record<string, string | undefined> };
  const node = version["tfjs-node"] ?? version["tfjs-node-gpu"];
  return node === undefined ? { tfjs: version.tfjs ?? tf.version_core } : { "tfjs-node": node };
}
