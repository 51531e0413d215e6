package adder

import "testing"

func TestAdd(t *testing.T) {
	for _, left := range []int{1, 40} {
		if Add(left, 2) != left+2 {
			t.Errorf("%d + 2", left)
		}
	}
}

func TestDouble(t *testing.T) {
	if Double(4) != 8 {
		t.Fatal("doubling")
	}
}
