import { setUpCommand } from "../home.js";
import { environmentDirectory, readStamp } from "../python/environments.js";
import { installedVersion, sitePackages } from "../tensorflow/libtensorflow.js";
import { absent, present, type Tool } from "../tool.js";

export const tf2onnx: Tool = {
  name: "tf2onnx",
  title: "tf2onnx",
  optional: true,
  async inspect() {
    const site = readStamp(environmentDirectory("export")) ? sitePackages("export") : undefined;
    const version = site && installedVersion(site, "tf2onnx");
    const onnx = site && installedVersion(site, "onnx");
    return version
      ? present(version, onnx ? `onnx ${onnx}` : null)
      : absent("not installed", setUpCommand("--tf2onnx"));
  },
};
