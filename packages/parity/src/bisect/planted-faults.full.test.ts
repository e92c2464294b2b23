/** All sixty faults, of two seeds. */
import { describePlantedFaults } from "./testing/describe-planted-faults.js";
import { FAULTS } from "./testing/index.js";

describePlantedFaults(2026, FAULTS, 3);
describePlantedFaults(7, FAULTS, 3);
