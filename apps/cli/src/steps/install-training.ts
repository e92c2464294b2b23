import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { CongruentError } from "@congruent/core";

/**
 * Installs the npm packages that only training needs beside this one, in the releases that it names as its optional peers. In a checkout
 * of the repository they are there.
 *
 * @throws CongruentError `E_NPM` (exit 3) with npm's own words, or where another package manager owns the folder
 */
export async function installTraining(): Promise<{ outcome: "done" | "up to date"; detail: string }> {
  const own = installedManifest();
  if (own === null) return { outcome: "up to date", detail: "the repository has them" };
  const { peerDependencies = {} } = JSON.parse(readFileSync(own, "utf8")) as {
    peerDependencies?: Record<string, string>;
  };
  const wanted = Object.entries(peerDependencies).filter(([name]) => !name.endsWith("-gpu"));
  const { resolve } = createRequire(own);
  const missing = wanted.filter(([name]) => !canResolve(resolve, name)).map((each) => each.join("@"));
  if (missing.length === 0) return { outcome: "up to date", detail: wanted.map(([name]) => name).join(", ") };
  const folder = dirname(dirname(dirname(own)));
  if (own.includes(`${sep}.pnpm${sep}`) || existsSync(join(folder, "yarn.lock"))) {
    throw failure(
      `${missing.join(" ")} are not installed`,
      `add them with your package manager: ${missing.join(" ")}`,
    );
  }
  // Their install scripts do not run; the steps that follow build what is needed.
  const { npmInstall } = await import("@congruent/toolchain");
  const why = await npmInstall(folder, missing);
  if (why !== null) {
    const packages = missing.join(" ");
    throw failure(
      `npm could not install ${packages}: ${why}`,
      `npm install --ignore-scripts ${packages}, and that npm reaches its registry`,
    );
  }
  return { outcome: "done", detail: missing.join(", ") };
}

/** The installed package's own manifest; null in a checkout. */
function installedManifest(): string | null {
  const here = fileURLToPath(import.meta.url);
  const inside = `${sep}node_modules${sep}congruent${sep}`;
  const at = here.lastIndexOf(inside);
  return at === -1 ? null : join(here.slice(0, at + inside.length), "package.json");
}

function canResolve(resolve: NodeJS.RequireResolve, name: string): boolean {
  try {
    resolve(`${name}/package.json`);
    return true;
  } catch {
    return false;
  }
}

function failure(what: string, fix: string): CongruentError {
  return new CongruentError({
    code: "E_NPM",
    what,
    expected: "the packages that training needs",
    fix,
    exit: 3,
  });
}
