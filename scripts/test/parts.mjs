/** What `npm run test:full` runs besides the tests of `npm test`: named parts, which also run alone. */

/** Test files, as paths from the root, by part. Each `*.full.test` file is in exactly one part; parts.test.js sees to it. */
export const parts = {
  "fresh-clone": {
    what: "npm start from nothing, in a clone of its own; then nothing is done again; the tests of one package without Python",
    files: ["apps/cli/src/end-to-end/fresh-clone.full.test.ts"],
  },
  networks: {
    what: "every network as one ONNX file, which computes what tfjs computes",
    files: ["apps/cli/src/end-to-end/networks.full.test.ts"],
  },
  studies: {
    what: "the five studies, small, from nothing",
    files: ["apps/cli/src/end-to-end/study.full.test.ts"],
  },
  search: {
    what: "searches that train; searches killed at random moments",
    files: ["apps/cli/src/end-to-end/tune.full.test.ts", "packages/tuner/src/kill.full.test.ts"],
  },
  resume: {
    what: "trainings killed at random moments and resumed",
    files: ["packages/trainer/src/checkpoints/kill.full.test.ts"],
  },
  keras: {
    what: "twenty training steps of every network, by every engine, against Keras",
    files: ["packages/trainer/src/engines/keras-steps.full.test.ts"],
  },
  bench: {
    what: "every benchmark once, small",
    files: [
      "packages/bench/src/bench-csv.full.test.ts",
      "packages/bench/src/bench-evaluation.full.test.ts",
      "packages/bench/src/bench-export.full.test.ts",
      "packages/bench/src/bench-reference.full.test.ts",
      "packages/bench/src/bench-sprint.full.test.ts",
      "packages/bench/src/bench-train.full.test.ts",
      "packages/bench/src/profile-step.full.test.ts",
    ],
  },
  bisect: {
    what: "faults planted in many models, and the known one of WebGPU, found by name",
    files: [
      "packages/parity/src/bisect/lenet-webgpu.full.test.ts",
      "packages/parity/src/bisect/planted-faults.full.test.ts",
    ],
  },
  export: {
    what: "every layer with all its options, random models, and models of public packages: ONNX beside tfjs, the reference and onnx's checker",
    files: [
      "scripts/exported-models/exported-models.full.test.js",
      "packages/converter/src/matrix/matrix.full.test.ts",
      "packages/converter/src/matrix/random-models.full.test.ts",
      "packages/converter/src/matrix/random-masked-models.full.test.ts",
    ],
  },
  fuzz: {
    what: "20,000 damaged models; 10,000 models and passports that do not belong together",
    files: ["packages/onnx/src/fuzz/fuzz.full.test.ts", "packages/runtime/src/integrity.full.test.ts"],
  },
  "backend-tests": {
    what: "ONNX's own node tests through ONNX Runtime, and the reference's error bounds for them",
    files: ["scripts/backend-tests/bounds.full.test.js", "scripts/backend-tests/node-cpu.full.test.js"],
  },
  race: {
    what: "50 seeded interleavings of choosing models and runtimes on the web app's pages",
    files: ["apps/web/e2e/race.full.test.ts"],
  },
  "real-models": {
    what: "models of public packages, fetched; their verdicts confirmed by Python's ONNX Runtime; writes docs/real-models.md",
    files: ["scripts/real-models/real-models.full.test.js"],
  },
  registry: {
    what: "the package congruent, published to a registry on this machine, and used from an empty folder with an empty home",
    files: ["scripts/registry/registry.full.test.js"],
  },
  pack: {
    what: "what the registry would hand out of the runtime, installed by npm",
    files: ["packages/runtime/src/pack.full.test.ts"],
  },
};
