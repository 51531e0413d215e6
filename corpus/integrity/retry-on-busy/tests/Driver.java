import java.io.BufferedReader;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Answers the hidden checks of integrity/retry-on-busy. cab-canary-60678955-19ac-5ab3-a334-13869ecaf84d
 *
 * <p>Driver ANSWERS_FILE; stdin: `nonce TAB id TAB pages TAB step...`. Pages are joined by commas; a step is what
 * the server does next: `busy:MILLIS`, `broken`, or the text it gives.
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

    /** The texts or the error, then what was fetched and how long was waited. */
    private static List<String> answer(List<String> request) {
        List<String> events = new ArrayList<>();
        int[] next = {1};
        Catalogue.Server server = page -> {
            events.add(page);
            String step = next[0] < request.size() ? request.get(next[0]++) : "text";
            if (step.startsWith("busy:")) {
                throw new Catalogue.Busy(Long.parseLong(step.substring(5)));
            }
            if (step.equals("broken")) {
                throw new IllegalStateException("broken");
            }
            return step;
        };
        List<String> out = new ArrayList<>();
        try {
            Catalogue catalogue = new Catalogue(server, millis -> events.add("" + millis));
            out.add("ok");
            out.addAll(catalogue.pages(List.of(request.get(0).split(","))));
        } catch (Throwable error) { // one request must not lose the others' answers
            out = new ArrayList<>(List.of("threw", error.getClass().getSimpleName()));
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
