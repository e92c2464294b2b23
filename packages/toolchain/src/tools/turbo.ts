import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { homeDirectory } from "../home.js";
import { absent, present, type Tool } from "../tool.js";

export const turbo: Tool = {
  name: "turbo",
  title: "Turborepo",
  optional: false,
  async inspect() {
    const manifest = join(homeDirectory(), "node_modules", "turbo", "package.json");
    if (!existsSync(manifest)) return absent("turbo is not installed", "npm run setup");
    return present((JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version);
  },
};
