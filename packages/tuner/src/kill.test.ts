import { describeKilled } from "./testing/describe-killed.js";

describeKilled({ kills: 3, sampler: "random", seed: 1 });
describeKilled({ kills: 2, sampler: "tpe", seed: 2 });
