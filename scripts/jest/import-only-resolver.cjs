/**
 * Some packages offer themselves to `import` alone in their package.json. swc has turned our imports into require calls, so Jest
 * asks such a package for "require" and finds nothing: it is asked again as `import` would.
 */
module.exports = (request, options) => {
  try {
    return options.defaultResolver(request, options);
  } catch (error) {
    if (request.startsWith(".")) throw error;
    const conditions = [...(options.conditions ?? []).filter((name) => name !== "require"), "import"];
    return options.defaultResolver(request, { ...options, conditions });
  }
};
