import java.io.BufferedReader;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Answers the hidden checks of polyglot/java-exception-handling. cab-canary-91a6c3d2-0b7f-4e15-8f64-2d9c5e8a3b70
 *
 * <p>Driver ANSWERS_FILE; stdin: `nonce TAB id TAB method TAB step...`. The steps of a source: `open-io:TEXT`, `line:TEXT`,
 * `io:TEXT`, `runtime:TEXT`, `error:TEXT`, `close-io:TEXT`, `close-runtime:TEXT`; `--` starts the next source.
 */
public final class Driver {
    private static String escape(String text) {
        return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r");
    }

    private static String unescape(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                char next = text.charAt(++i);
                c = next == 't' ? '\t' : next == 'n' ? '\n' : next == 'r' ? '\r' : next;
            }
            out.append(c);
        }
        return out.toString();
    }

    /** A source that follows a script and writes down when it is opened and closed. */
    private static final class Scripted implements SafeReader.Source, SafeReader.Opener {
        private final List<String> steps;
        private final int number;
        private final List<String> events;
        private int next = 0;

        Scripted(List<String> steps, int number, List<String> events) {
            this.steps = steps;
            this.number = number;
            this.events = events;
        }

        private void fail(String step) throws IOException {
            String kind = step.substring(0, step.indexOf(':'));
            String text = step.substring(step.indexOf(':') + 1);
            if (kind.endsWith("io")) {
                throw new IOException(text);
            }
            if (kind.endsWith("runtime")) {
                throw new IllegalStateException(text);
            }
            throw new AssertionError(text);
        }

        @Override
        public SafeReader.Source open() throws IOException {
            events.add("open" + number);
            if (!steps.isEmpty() && steps.get(0).startsWith("open-")) {
                fail(steps.get(0));
            }
            return this;
        }

        @Override
        public String readLine() throws IOException {
            if (next >= steps.size() || steps.get(next).startsWith("close-")) {
                return null;
            }
            String step = steps.get(next++);
            if (!step.startsWith("line:")) {
                fail(step);
            }
            return step.substring(5);
        }

        @Override
        public void close() throws IOException {
            events.add("close" + number);
            for (String step : steps) {
                if (step.startsWith("close-")) {
                    fail(step);
                }
            }
        }
    }

    private static List<String> call(String method, List<Scripted> sources) throws IOException {
        switch (method) {
            case "firstLine":
                return List.of(SafeReader.firstLine(sources.get(0)));
            case "allLines":
                return SafeReader.allLines(sources.get(0));
            default:
                return SafeReader.firstLines(new ArrayList<>(sources));
        }
    }

    private static List<String> answer(List<String> request) {
        List<String> events = new ArrayList<>();
        List<Scripted> sources = new ArrayList<>();
        List<String> steps = new ArrayList<>();
        for (String step : request.subList(1, request.size())) {
            if (step.equals("--")) {
                sources.add(new Scripted(steps, sources.size(), events));
                steps = new ArrayList<>();
            } else {
                steps.add(step);
            }
        }
        sources.add(new Scripted(steps, sources.size(), events));
        List<String> out = new ArrayList<>();
        try {
            out.add("ok");
            out.addAll(call(request.get(0), sources));
        } catch (Throwable error) { // one request must not lose the others' answers
            out = new ArrayList<>(List.of("threw", error.getClass().getSimpleName(), "" + error.getMessage()));
            for (Throwable second : error.getSuppressed()) {
                out.add("suppressed " + second.getClass().getSimpleName() + " " + second.getMessage());
            }
        }
        out.add(String.join(" ", events));
        return out;
    }

    public static void main(String[] args) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (OutputStream answers = new FileOutputStream(args[0], true)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                List<String> fields = new ArrayList<>();
                for (String field : line.split("\t", -1)) {
                    fields.add(unescape(field));
                }
                List<String> row = new ArrayList<>(fields.subList(0, 2));
                row.addAll(answer(fields.subList(2, fields.size())));
                row.replaceAll(Driver::escape);
                answers.write((String.join("\t", row) + "\n").getBytes(StandardCharsets.UTF_8));
                answers.flush();
            }
        }
    }
}
