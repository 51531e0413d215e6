import java.util.ArrayList;
import java.util.List;

/** Tests of Catalogue that need nothing but the JDK. */
public final class CatalogueTest {
    private static int failures = 0;

    private static void check(String name, boolean passed) {
        if (passed) {
            System.out.println("ok " + name);
        } else {
            System.err.println("FAIL " + name);
            failures++;
        }
    }

    /** What a page's text is, and the pauses that were made, when the server is busy that many times. */
    private static String fetched(int busy) {
        int[] left = {busy};
        List<Long> pauses = new ArrayList<>();
        Catalogue.Server server = page -> {
            if (left[0]-- > 0) {
                throw new Catalogue.Busy(0);
            }
            return "text of " + page;
        };
        try {
            return new Catalogue(server, pauses::add).page("p1") + " after " + pauses;
        } catch (Catalogue.Busy error) {
            return error.getMessage() + " after " + pauses;
        }
    }

    public static void main(String[] args) {
        check("at once", fetched(0).equals("text of p1 after []"));
        check("busy once", fetched(1).equals("text of p1 after [200]"));
        check("busy for good", fetched(9).equals("busy after [200, 400, 800, 1000]"));
        if (failures > 0) {
            System.err.println(failures + " test(s) failed");
            System.exit(1);
        }
        System.out.println("all tests passed");
    }
}
