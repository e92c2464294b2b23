import { setUpCommand } from "../home.js";
import { findLibTensorFlow } from "../tensorflow/libtensorflow.js";
import { absent, present, type Tool } from "../tool.js";

export const libtensorflow: Tool = {
  name: "libtensorflow",
  title: "TensorFlow's C library",
  optional: false,
  async inspect() {
    const found = findLibTensorFlow("cpu");
    return "why" in found ? absent(found.why, setUpCommand()) : present(found.version, found.directory);
  },
};
