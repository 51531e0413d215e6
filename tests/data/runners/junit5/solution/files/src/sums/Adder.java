package sums;

public final class Adder {
    public static int add(int a, int b) {
        return a + b;
    }

    public static int twice(int a) {
        return 2 * a;
    }
}
