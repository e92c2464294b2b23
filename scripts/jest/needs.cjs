/**
 * What a test file needs besides the JavaScript, declared in its first comment: `@needs tensorflow export`. `npm test` sets up what the
 * selected files declare. A file that uses something else fails, in its child processes too: in a fresh clone it would not be there.
 */
const childProcess = require("node:child_process");
const Module = require("node:module");
const { basename, join } = require("node:path");

const root = join(__dirname, "..", "..");

/** As packages/toolchain/src/set-up.ts has them, and two that the scripts build: `web` (the web app) and `build` (every package). */
exports.NEEDS = [
  "export",
  "tensorflow",
  "oracle",
  "baselines",
  "peers",
  "backend-tests",
  "browser",
  "firefox",
  "webkit",
  "web",
  "build",
];

/** @param {string} text of a test file @returns {string[]} */
exports.needsOf = (text) => {
  const [comment = ""] = /^\s*\/\*\*[\s\S]*?\*\//.exec(text) ?? [];
  const [, names = ""] = /@needs\s+([a-z -]+)/.exec(comment) ?? [];
  const needs = names.split(" ").filter(Boolean);
  const unknown = needs.filter((need) => !exports.NEEDS.includes(need));
  if (unknown.length > 0)
    throw new Error(`@needs ${unknown.join(" ")}: known are ${exports.NEEDS.join(", ")}`);
  return needs;
};

/** Of the running test file, separated by spaces. Child processes inherit both. */
const DECLARED = "CONGRUENT_TEST_NEEDS";
const FILE = "CONGRUENT_TEST_FILE";

/** @param {string} file @param {string[]} needs */
exports.declare = (file, needs) => {
  process.env[DECLARED] = needs.join(" ");
  process.env[FILE] = file;
  guard();
};

/** For processes that a test has started. */
exports.guardIfTested = () => {
  if (process.env[DECLARED] !== undefined) guard();
};

/** @throws Error where a test is running that does not declare what it uses */
exports.use = (need, what) => {
  const problem = undeclared(need, what);
  if (problem !== null) throw new Error(problem);
};

function undeclared(need, what) {
  const declared = process.env[DECLARED];
  if (declared === undefined || declared.split(" ").includes(need)) return null;
  return `${process.env[FILE]} uses ${what} without declaring it: its first comment must say "@needs ${need}"`;
}

const BROWSERS = {
  browser: /^(google-chrome|chrome|chromium|headless_shell|microsoft-edge|msedge)/,
  firefox: /^firefox/,
  webkit: /^WebKitWebDriver/,
};

/** Why the running test may not start this program, or null. */
function undeclaredProgram(file) {
  for (const [need, names] of Object.entries(BROWSERS)) {
    if (names.test(basename(file))) return undeclared(need, `a browser (${file})`);
  }
  const environments = join(root, ".venv");
  if (!file.startsWith(environments)) return null;
  const [name] = file.slice(environments.length + 1).split(/[\\/]/);
  return exports.NEEDS.includes(name) ? undeclared(name, `the Python environment "${name}"`) : null;
}

/** Instead of a program: one that says what the problem is, and fails. Whoever started it reports that in its own way. */
function saying(problem, options) {
  const script = `process.stderr.write(${JSON.stringify(`${problem}\n`)}); process.exitCode = 1;`;
  return { ...options, file: process.execPath, args: [process.execPath, "-e", script] };
}

let guarded = false;

/** Watches what the process starts and loads. */
function guard() {
  if (guarded) return;
  guarded = true;
  const { spawn } = childProcess.ChildProcess.prototype;
  childProcess.ChildProcess.prototype.spawn = function (options) {
    // Also a program that a shell becomes.
    const programs = basename(options.file) === "sh" ? (options.args ?? []) : [options.file];
    const problem = programs.map(undeclaredProgram).find((each) => each !== null) ?? null;
    return spawn.call(this, problem === null ? options : saying(problem, options));
  };
  const load = Module._load;
  Module._load = function (request, ...rest) {
    if (request.endsWith("tfjs_binding.node")) exports.use("tensorflow", "tfjs-node's addon");
    return load.call(this, request, ...rest);
  };
}
