import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { setUpCommand } from "../home.js";
import { whyNotLoadableInChild } from "../shared-library.js";
import { addonPackages, addonPath } from "../tensorflow/addon-place.js";
import { isAddonCurrent } from "../tensorflow/build-addon.js";
import { absent, present, type Tool } from "../tool.js";

export const tfjsAddon: Tool = {
  name: "tfjs-addon",
  title: "tfjs-node's addon",
  optional: false,
  async inspect() {
    const path = addonPath("cpu");
    if (!existsSync(path)) return absent("not compiled", setUpCommand(), path);
    const [why] = await whyNotLoadableInChild([path]);
    if (why) return absent(`does not load: ${why}`, setUpCommand(), path);
    if (!isAddonCurrent("cpu")) {
      return absent("compiled from other sources or for another TensorFlow than these", setUpCommand(), path);
    }
    const manifest = createRequire(import.meta.url)(`${addonPackages.cpu}/package.json`) as {
      version: string;
    };
    return present(manifest.version, path);
  },
};
