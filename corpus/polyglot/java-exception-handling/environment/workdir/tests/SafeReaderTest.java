import java.io.IOException;
import java.util.List;

/** Tests of SafeReader that need nothing but the JDK. */
public final class SafeReaderTest {
    private static int failures = 0;

    /** Gives one line, or fails when the line is null; counts how often it was closed. */
    private static final class OneLine implements SafeReader.Source {
        private String line;
        private final boolean fails;
        int closed = 0;

        OneLine(String line) {
            this.line = line;
            this.fails = line == null;
        }

        @Override
        public String readLine() throws IOException {
            if (fails) {
                throw new IOException("disk on fire");
            }
            String now = line;
            line = null;
            return now;
        }

        @Override
        public void close() {
            closed++;
        }
    }

    private static void check(String name, boolean passed) {
        if (passed) {
            System.out.println("ok " + name);
        } else {
            System.err.println("FAIL " + name);
            failures++;
        }
    }

    private static String messageOf(SafeReader.Opener reading) {
        try {
            reading.open();
            return "nothing was thrown";
        } catch (IOException error) {
            return error.getMessage();
        }
    }

    public static void main(String[] args) throws IOException {
        OneLine happy = new OneLine("hello");
        check("happy returns line", SafeReader.firstLine(happy).equals("hello"));
        check("happy closes source", happy.closed == 1);

        OneLine broken = new OneLine(null);
        String message = messageOf(() -> {
            SafeReader.firstLine(broken);
            return null;
        });
        check("error propagated", message.equals("disk on fire"));
        check("error path closes source", broken.closed == 1);

        OneLine listed = new OneLine("a");
        check("all lines", SafeReader.allLines(listed).equals(List.of("a")) && listed.closed == 1);
        OneLine brokenList = new OneLine(null);
        messageOf(() -> {
            SafeReader.allLines(brokenList);
            return null;
        });
        check("all lines error path closes source", brokenList.closed == 1);

        if (failures > 0) {
            System.err.println(failures + " test(s) failed");
            System.exit(1);
        }
        System.out.println("all tests passed");
    }
}
