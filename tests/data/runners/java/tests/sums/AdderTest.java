package sums;

public class AdderTest {
    public void testSmall() {
        if (Adder.add(1, 2) != 3) {
            throw new AssertionError("1 + 2");
        }
    }

    public void testLarge() {
        assert Adder.add(40, 2) == 42;
    }

    public void testTwice() {
        assert Adder.twice(4) == 8;
    }
}
