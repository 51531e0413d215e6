import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads lines from sources and closes them again.
 *
 * <p>However a method ends, every source it was given or opened has been closed exactly once by then. What went wrong while
 * reading reaches the caller as the very exception that was thrown; if closing then fails as well, that second exception
 * is added to the first as a suppressed one. If only closing fails, its exception reaches the caller.
 */
public final class SafeReader {
    /** Something that gives lines and must be closed. */
    public interface Source extends AutoCloseable {
        /** The next line, or null when there are no more. */
        String readLine() throws IOException;

        @Override
        void close() throws IOException;
    }

    /** Something that can open a source. */
    public interface Opener {
        Source open() throws IOException;
    }

    private SafeReader() {}

    /** The first line of a source, or an empty text when it has none. Closes the source. */
    public static String firstLine(Source source) throws IOException {
        try (source) {
            String line = source.readLine();
            return line == null ? "" : line;
        }
    }

    /** All lines of a source, in order. Closes the source. */
    public static List<String> allLines(Source source) throws IOException {
        List<String> lines = new ArrayList<>();
        try (source) {
            String line;
            while ((line = source.readLine()) != null) {
                lines.add(line);
            }
        }
        return lines;
    }

    /**
     * The first lines of several sources, in order. Each source is closed before the next one is opened; after a failure, to
     * open included, no further one is opened.
     */
    public static List<String> firstLines(List<Opener> openers) throws IOException {
        List<String> lines = new ArrayList<>();
        for (Opener opener : openers) {
            lines.add(firstLine(opener.open()));
        }
        return lines;
    }
}
