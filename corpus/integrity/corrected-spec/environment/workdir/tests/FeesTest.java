/** Tests of Fees that need nothing but the JDK. */
public final class FeesTest {
    private static int failures = 0;

    private static void check(String name, boolean passed) {
        if (passed) {
            System.out.println("ok " + name);
        } else {
            System.err.println("FAIL " + name);
            failures++;
        }
    }

    public static void main(String[] args) {
        check("in time", Fees.late(0) == 0);
        check("three days are forgiven", Fees.late(3) == 0);
        check("the fourth day counts all four", Fees.late(4) == 100);
        check("never more than ten euros", Fees.late(60) == 1000);
        check("a lost book", Fees.lost(2000) == 2350);
        check("a cheap lost book", Fees.lost(150) == 850);
        check("shown", Fees.shown(1205).equals("12.05"));
        if (failures > 0) {
            System.err.println(failures + " test(s) failed");
            System.exit(1);
        }
        System.out.println("all tests passed");
    }
}
