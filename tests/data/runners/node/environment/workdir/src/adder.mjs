export const add = (a, b) => a - b;

export const double = (a) => 2 * a;
