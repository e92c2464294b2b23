import { setUpCommand } from "../home.js";
import { isAddonCurrent } from "../tensorflow/build-addon.js";
import { findLibTensorFlow } from "../tensorflow/libtensorflow.js";
import { whyNoGpu } from "../tensorflow/load-tensorflow.js";
import { absent, present, type Tool } from "../tool.js";

export const tensorflowGpu: Tool = {
  name: "tensorflow-gpu",
  title: "TensorFlow for CUDA (train --device gpu)",
  optional: true,
  async inspect() {
    const found = findLibTensorFlow("gpu");
    const reason = whyNoGpu();
    if ("why" in found) {
      const why = reason && reason.why !== found.why ? `${reason.why}; ${found.why}` : found.why;
      return absent(why, reason?.fix ?? setUpCommand("--gpu"));
    }
    if (reason) return absent(reason.why, reason.fix, found.directory);
    if (isAddonCurrent("gpu")) return present(found.version, found.directory);
    return absent(
      "its addon is compiled from other sources than these",
      setUpCommand("--gpu"),
      found.directory,
    );
  },
};
