/**
 * Faults, each in one kernel of a runtime that is otherwise right: the bisect, which sees nothing but the model and values, names that node,
 * in both modes. Oracle: the place where the fault was planted, and for faults that it does not find the size of their effect.
 */
import { timeLimits } from "@congruent/core/testing";
import { jest } from "@jest/globals";
import { describePlantedFaults, describeSoundRuntime } from "./testing/describe-planted-faults.js";

jest.setTimeout(timeLimits.programs);

describeSoundRuntime();
describePlantedFaults(2026, 24, 2);
