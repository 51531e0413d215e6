package sums;

import static org.junit.Assert.assertEquals;

import org.junit.Test;

public class AdderTest {
    @Test
    public void small() {
        assertEquals(3, Adder.add(1, 2));
    }

    @Test
    public void large() {
        assertEquals(42, Adder.add(40, 2));
    }

    @Test
    public void twice() {
        assertEquals(8, Adder.twice(4));
    }
}
