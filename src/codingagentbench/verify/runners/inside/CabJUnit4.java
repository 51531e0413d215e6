import java.io.IOException;
import org.junit.runner.Description;
import org.junit.runner.JUnitCore;
import org.junit.runner.notification.Failure;
import org.junit.runner.notification.RunListener;

/** Runs JUnit 4 classes and reports each test: {@code CabJUnit4 CLASS...}. */
public final class CabJUnit4 extends RunListener {
    private final CabRun.Report report;
    private String status = "pass";
    private Throwable thrown;
    private long begun;

    private CabJUnit4(CabRun.Report report) {
        this.report = report;
    }

    @Override
    public void testStarted(Description test) {
        status = "pass";
        thrown = null;
        begun = System.nanoTime();
    }

    @Override
    public void testFailure(Failure failure) throws IOException {
        status = failure.getException() instanceof AssertionError ? "fail" : "error";
        thrown = failure.getException();
        if (failure.getDescription().getMethodName() == null) { // a class as a whole: its tests did not start
            report.test(failure.getDescription().getClassName() + "::class", "error", 0, thrown);
        }
    }

    @Override
    public void testAssumptionFailure(Failure failure) {
        status = "skip";
        thrown = failure.getException();
    }

    @Override
    public void testIgnored(Description test) throws IOException {
        report.test(id(test), "skip", 0, null);
    }

    @Override
    public void testFinished(Description test) throws IOException {
        report.test(id(test), status, System.nanoTime() - begun, thrown);
    }

    private static String id(Description test) {
        return test.getClassName() + "::" + test.getMethodName();
    }

    public static void main(String[] names) throws Exception {
        CabRun.Report report = CabRun.Report.open();
        JUnitCore core = new JUnitCore();
        core.addListener(new CabJUnit4(report));
        for (String name : names) {
            core.run(Class.forName(name));
        }
        report.end();
        Runtime.getRuntime().halt(0);
    }
}
