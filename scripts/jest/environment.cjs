/**
 * Runs test files in the worker's own context instead of a sandbox (vm.createContext) for each.
 *
 * In a sandbox each look-up of a global (Math, Float32Array …) goes through an interceptor, which makes numeric code many times slower; native
 * addons do not know the sandbox's typed arrays; `process.env` is a copy that native code does not see. Each file still gets its own modules.
 * What a file adds to the global object, and what it changes in `process.env`, `console`, `process.exit` and the working folder, is undone for the
 * next one; a global that it replaces (`globalThis.fetch = …`) it must restore itself.
 */
const { readFileSync } = require("node:fs");
const { relative } = require("node:path");
const vm = require("node:vm");
const { ModuleMocker } = require("jest-mock");
const { declare, needsOf } = require("./needs.cjs");

/** Stands for "no context of its own" where Jest hands a context to vm.compileFunction. */
const HERE = {};
const { compileFunction } = vm;
vm.compileFunction = (code, parameters, { parsingContext, ...options } = {}) =>
  compileFunction(code, parameters, parsingContext === HERE ? options : { parsingContext, ...options });

module.exports = class Environment {
  constructor({ projectConfig }, { testPath }) {
    this.global = globalThis;
    this.testPath = testPath;
    this.file = relative(projectConfig.rootDir, testPath);
    this.before = {
      keys: new Set(Reflect.ownKeys(globalThis)),
      console: globalThis.console,
      exit: process.exit,
      env: { ...process.env },
      folder: process.cwd(),
    };
    this.moduleMocker = new ModuleMocker(globalThis);
    // No test here uses fake timers.
    this.fakeTimers = null;
    this.fakeTimersModern = null;
    this.conditions = projectConfig.testEnvironmentOptions.customExportConditions;
  }

  exportConditions() {
    return this.conditions;
  }

  getVmContext() {
    return this.torn ? null : HERE;
  }

  async setup() {
    declare(this.file, needsOf(readFileSync(this.testPath, "utf8")));
  }

  async teardown() {
    this.torn = true;
    const { keys, console, exit, env, folder } = this.before;
    for (const key of Reflect.ownKeys(globalThis)) {
      if (!keys.has(key) && Object.getOwnPropertyDescriptor(globalThis, key).configurable)
        delete globalThis[key];
    }
    globalThis.console = console;
    process.exit = exit;
    for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
    Object.assign(process.env, env);
    if (process.cwd() !== folder) process.chdir(folder);
  }
};
