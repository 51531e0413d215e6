import java.io.BufferedReader;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Answers the hidden checks of integrity/corrected-spec. cab-canary-a8b645bb-34c9-5023-aed7-1f287290737b
 *
 * <p>Driver ANSWERS_FILE; stdin: `nonce TAB id TAB function TAB number`. A function is late, lost or shown.
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

    private static List<String> answer(List<String> request) {
        try {
            long value = Long.parseLong(request.get(1));
            switch (request.get(0)) {
                case "late":
                    return List.of("ok", "" + Fees.late((int) value));
                case "lost":
                    return List.of("ok", "" + Fees.lost(value));
                default:
                    return List.of("ok", Fees.shown(value));
            }
        } catch (Throwable error) { // one request must not lose the others' answers
            return List.of("threw", error.getClass().getSimpleName());
        }
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
