import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Runs plain test classes and reports each test: {@code CabRun CLASS...}. A test is a public method without arguments
 * whose name starts with "test"; a class without any is one test, its main method.
 *
 * <p>The nonce is read from descriptor 3 before any other class is loaded and stays in a local variable.
 */
public final class CabRun {
    /** Writes lines to descriptor 4. */
    static final class Report {
        private final String nonce;
        private final OutputStream out;
        private int count = 0;

        private Report(String nonce, OutputStream out) {
            this.nonce = nonce;
            this.out = out;
        }

        /** Reads the nonce; a second call finds nothing to read. */
        static Report open() throws IOException {
            ByteArrayOutputStream nonce = new ByteArrayOutputStream();
            try (FileInputStream told = new FileInputStream("/proc/self/fd/3")) {
                for (int c = told.read(); c > ' '; c = told.read()) {
                    nonce.write(c);
                }
            }
            return new Report(nonce.toString(StandardCharsets.UTF_8), new FileOutputStream("/proc/self/fd/4"));
        }

        private void line(String... fields) throws IOException {
            StringBuilder line = new StringBuilder(nonce);
            for (String field : fields) {
                String text = field.length() > 2000 ? field.substring(0, 2000) : field;
                line.append('\t').append(text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r"));
            }
            out.write(line.append('\n').toString().getBytes(StandardCharsets.UTF_8));
        }

        synchronized void test(String id, String status, long nanos, Throwable thrown) throws IOException {
            StringWriter detail = new StringWriter();
            if (thrown != null) {
                thrown.printStackTrace(new PrintWriter(detail, true));
            }
            count++;
            line("case", id, status, String.valueOf(nanos / 1e9), detail.toString());
        }

        synchronized void end() throws IOException {
            line("end", String.valueOf(count));
        }
    }

    private CabRun() {}

    private static List<Method> tests(Class<?> type) {
        List<Method> found = new ArrayList<>();
        for (Method method : type.getMethods()) {
            if (method.getName().startsWith("test") && method.getParameterCount() == 0) {
                found.add(method);
            }
        }
        found.sort(Comparator.comparing(Method::getName));
        return found;
    }

    private static void run(Report report, String id, Class<?> type, Method method, Object... arguments) throws IOException {
        long begun = System.nanoTime();
        Throwable thrown = null;
        try {
            boolean isStatic = Modifier.isStatic(method.getModifiers());
            method.setAccessible(true);
            method.invoke(isStatic ? null : type.getDeclaredConstructor().newInstance(), arguments);
        } catch (InvocationTargetException wrapped) {
            thrown = wrapped.getCause();
        } catch (Throwable other) {
            thrown = other;
        }
        String status = thrown == null ? "pass" : thrown instanceof AssertionError ? "fail" : "error";
        report.test(id, status, System.nanoTime() - begun, thrown);
    }

    public static void main(String[] names) throws Exception {
        Report report = Report.open();
        for (String name : names) {
            Class<?> type = Class.forName(name);
            List<Method> tests = tests(type);
            for (Method method : tests) {
                run(report, name + "::" + method.getName(), type, method);
            }
            if (tests.isEmpty()) {
                run(report, name + "::main", type, type.getMethod("main", String[].class), (Object) new String[0]);
            }
        }
        report.end();
        Runtime.getRuntime().halt(0);
    }
}
