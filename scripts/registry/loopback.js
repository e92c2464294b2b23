/** A registry on this machine, which knows what is published here, and asks the configured one for everything else. */
import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { npmInstall } from "../../packages/toolchain/src/index.ts";
import { root } from "../set-up/javascript.mjs";

/** The newest release for Node 20. */
const VERDACCIO = "6.3.1";
const START_MS = 60_000;

const execute = promisify(execFile);

/**
 * @param {string} folder where it keeps what is published
 * @returns {Promise<{ url: string, close(): void }>}
 */
export async function startRegistry(folder) {
  const program = await installedVerdaccio();
  const port = await freePort();
  const uplink = (await execute("npm", ["config", "get", "registry"])).stdout.trim();
  const config = join(folder, "config.json");
  await writeFile(
    config,
    JSON.stringify({
      storage: join(folder, "storage"),
      auth: { htpasswd: { file: join(folder, "htpasswd") } },
      uplinks: { configured: { url: uplink, timeout: "120s", maxage: "60m" } },
      packages: {
        congruent: { access: "$all", publish: "$all" },
        "**": { access: "$all", proxy: "configured" },
      },
      max_body_size: "500mb",
      log: { type: "stdout", format: "json", level: "error" },
    }),
  );
  const child = spawn(process.execPath, [program, "--config", config, "--listen", `127.0.0.1:${port}`], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const url = `http://127.0.0.1:${port}/`;
  const close = () => child.kill();
  const end = Date.now() + START_MS;
  while (!(await answers(`${url}-/ping`))) {
    if (child.exitCode !== null || Date.now() > end) {
      close();
      throw new Error(`verdaccio ${VERDACCIO} did not start (exit code ${child.exitCode})`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return { url, close };
}

const answers = (url) =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );

/** Installed once, beside the other tools: no dependency of this project. */
async function installedVerdaccio() {
  const folder = join(root, ".tools", `verdaccio-${VERDACCIO}`);
  const program = join(folder, "node_modules", "verdaccio", "bin", "verdaccio");
  if (existsSync(program)) return program;
  const made = `${folder}.${process.pid}`;
  await mkdir(made, { recursive: true });
  await writeFile(join(made, "package.json"), '{ "private": true }\n');
  const why = await npmInstall(made, [`verdaccio@${VERDACCIO}`]);
  if (why !== null) throw new Error(`npm does not install verdaccio ${VERDACCIO}: ${why}`);
  await rename(made, folder).catch(() => rm(made, { recursive: true }));
  return program;
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
