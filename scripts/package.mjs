/**
 * `npm run source scripts/package.mjs [FOLDER]`: writes the public package `congruent` as npm publishes it into FOLDER, to be published
 * from there by `npm publish FOLDER`. Default: .tools/registry/congruent. Everything must be built (`npm run build`).
 */
import { join } from "node:path";
import { stage } from "./registry/stage.mjs";
import { main } from "./set-up/failure.mjs";
import { root } from "./set-up/javascript.mjs";

await main(
  async () => {
    process.stdout.write(
      `${await stage(process.argv[2] ?? join(root, ".tools", "registry", "congruent"))}\n`,
    );
    return 0;
  },
  { verbose: process.argv.includes("--verbose") },
);
