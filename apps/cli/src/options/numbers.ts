import { InvalidArgumentError } from "commander";

/** Parses an option's value as a whole number of at least `least`. */
export function wholeNumber(option: string, least = 1): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`${option} takes a whole number, ${least} or more.`);
  };
}

/** Parses an option's value as a number above 0. */
export function positive(option: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+(\.\d+)?$/.test(text) && value > 0) return value;
    throw new InvalidArgumentError(`${option} takes a number above 0.`);
  };
}

/** Parses an option's value as a number from 0 to 1. */
export function fraction(option: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^[01]?(\.\d+)?$/.test(text) && text !== "" && value <= 1) return value;
    throw new InvalidArgumentError(`${option} takes a number from 0 to 1.`);
  };
}
