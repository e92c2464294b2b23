import { findPython } from "../python/find-python.js";
import { present, type Tool } from "../tool.js";

export const python: Tool = {
  name: "python",
  title: "Python",
  optional: false,
  async inspect() {
    const { path, version } = await findPython();
    return present(version, path);
  },
};
