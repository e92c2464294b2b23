/** Imports between this project's packages, as paths within one package. */
import { dirname, relative } from "node:path/posix";

const OWN = /(["'])(@congruent\/[a-z-]+(?:\/[a-z.-]+)*)\1/g;

/**
 * The text of a compiled file in which each specifier of an own package is the path to the file that it means.
 *
 * @param {string} text
 * @param {string} path of the file, from the package's root
 * @param {ReadonlyMap<string, string>} files from specifier to path
 * @returns {string}
 */
export function withPaths(text, path, files) {
  return text.replace(OWN, (whole, quote, specifier) => {
    const target = files.get(specifier);
    if (target === undefined) return whole;
    const to = relative(dirname(path), target);
    return `${quote}${to.startsWith(".") ? to : `./${to}`}${quote}`;
  });
}

/**
 * The files that a package's specifiers mean.
 *
 * @param {{ name: string, exports?: Record<string, unknown> }} manifest
 * @param {string} folder of the package, from the root
 * @returns {[specifier: string, path: string][]}
 */
export function filesOf({ name, exports = {} }, folder) {
  return Object.entries({ ...exports, "./package.json": "./package.json" }).flatMap(([subpath, entry]) => {
    const file = typeof entry === "string" ? entry : entry.default;
    return file ? [[`${name}${subpath.slice(1)}`, `${folder}/${file.slice(2)}`]] : [];
  });
}
