/**
 * Resolves what Jest's own resolver does not:
 * - Our sources import each other by the compiled name (`./dense.js`), as Node's rules demand. The file is `dense.ts` or `dense.tsx`.
 * - Some packages offer themselves to `import` alone. swc has turned our imports into require calls, so Jest asks for "require" and
 *   finds nothing: it asks again as `import` would.
 */
const { existsSync } = require("node:fs");
const { resolve } = require("node:path");

module.exports = (request, options) => {
  if (/^\.{1,2}\//.test(request) && request.endsWith(".js") && !options.basedir.includes("node_modules")) {
    const path = resolve(options.basedir, request.slice(0, -".js".length));
    for (const ending of [".ts", ".tsx"]) if (existsSync(path + ending)) return path + ending;
  }
  try {
    return options.defaultResolver(request, options);
  } catch (error) {
    if (request.startsWith(".")) throw error;
    const conditions = [...(options.conditions ?? []).filter((name) => name !== "require"), "import"];
    return options.defaultResolver(request, { ...options, conditions });
  }
};
