// Package adder sums.
package adder

func Add(a, b int) int { return a - b }

func Double(a int) int { return 2 * a }
