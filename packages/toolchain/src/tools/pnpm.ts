import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { homeDirectory } from "../home.js";
import { absent, present, type Tool } from "../tool.js";

export const pnpm: Tool = {
  name: "pnpm",
  title: "pnpm",
  optional: false,
  async inspect() {
    const { packageManager } = JSON.parse(readFileSync(join(homeDirectory(), "package.json"), "utf8")) as {
      packageManager: string;
    };
    const pinned = packageManager.replace(/^pnpm@/, "").replace(/\+.*$/, "");
    const folder = join(homeDirectory(), ".tools", `pnpm-${pinned}`);
    if (existsSync(join(folder, "node_modules", "pnpm", "package.json"))) return present(pinned, folder);
    return absent(`the pinned pnpm ${pinned} is not in .tools/`, "npm run setup");
  },
};
