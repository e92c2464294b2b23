/**
 * `npm run clean`: removes what was compiled and the caches of compilers. What set-up has installed stays, and so do models' runs with
 * turbo's cache of them.
 */
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "./set-up/javascript.mjs";

const groups = ["packages", "apps", "examples", "models"];
const workspaces = groups.flatMap((group) => readdirSync(join(root, group)).map((name) => join(group, name)));

const paths = [
  join("node_modules", ".cache"),
  ...workspaces.flatMap((workspace) =>
    ["dist", ".turbo", join("node_modules", ".cache")].map((name) => join(workspace, name)),
  ),
].filter((path) => existsSync(join(root, path)));

for (const path of paths) rmSync(join(root, path), { recursive: true });
process.stdout.write(`✔ ${paths.length} folders removed\n`);
