/** `node scripts/turbo.mjs run build`: turbo with the pinned pnpm on its path, which a machine need not have. */
import { join } from "node:path";
import { foreground } from "./set-up/child.mjs";
import { main } from "./set-up/failure.mjs";
import { projectEnvironment, root } from "./set-up/javascript.mjs";

const turbo = join(root, "node_modules", ".bin", "turbo");
await main(() => foreground(turbo, process.argv.slice(2), { cwd: root, env: projectEnvironment() }), {});
