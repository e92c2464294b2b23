import { absent, present, type Tool } from "../tool.js";

const LOWEST = [20, 19] as const;

export const node: Tool = {
  name: "node",
  title: "Node.js",
  optional: false,
  async inspect() {
    const { node: version } = process.versions;
    const [major = 0, minor = 0] = version.split(".").map(Number);
    if (major > LOWEST[0] || (major === LOWEST[0] && minor >= LOWEST[1]))
      return present(version, process.execPath);
    return absent(
      `Node ${version} is older than ${LOWEST.join(".")}`,
      "install a current Node",
      process.execPath,
    );
  },
};
