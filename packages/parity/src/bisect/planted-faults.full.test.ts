/** All sixty faults, of two seeds. */
import { timeLimits } from "@congruent/core/testing";
import { jest } from "@jest/globals";
import { describePlantedFaults } from "./testing/describe-planted-faults.js";
import { FAULTS } from "./testing/index.js";

jest.setTimeout(timeLimits.programs);

describePlantedFaults(2026, FAULTS, 3);
describePlantedFaults(7, FAULTS, 3);
