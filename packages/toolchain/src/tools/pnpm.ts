import { existsSync } from "node:fs";
import { join } from "node:path";
import { pinnedPnpm } from "../pinned-pnpm.js";
import { absent, present, type Tool } from "../tool.js";

export const pnpm: Tool = {
  name: "pnpm",
  title: "pnpm",
  optional: false,
  async inspect() {
    const { version, folder } = pinnedPnpm();
    if (existsSync(join(folder, "node_modules", "pnpm", "package.json"))) return present(version, folder);
    return absent(`the pinned pnpm ${version} is not in .tools/`, "npm run setup");
  },
};
