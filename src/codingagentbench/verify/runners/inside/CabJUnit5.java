import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs JUnit 5 classes and reports each test: {@code CabJUnit5 CLASS...}. Repeated and parametrised tests get [n]. */
public final class CabJUnit5 implements TestExecutionListener {
    private final CabRun.Report report;
    private final Map<String, Long> begun = new ConcurrentHashMap<>();

    private CabJUnit5(CabRun.Report report) {
        this.report = report;
    }

    @Override
    public void executionStarted(TestIdentifier test) {
        begun.put(test.getUniqueId(), System.nanoTime());
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        send(test, "skip", new AssertionError(reason));
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        Throwable thrown = result.getThrowable().orElse(null);
        switch (result.getStatus()) {
            case SUCCESSFUL:
                if (test.isTest()) {
                    send(test, "pass", null);
                }
                break;
            case ABORTED:
                send(test, "skip", thrown);
                break;
            default:
                send(test, thrown instanceof AssertionError ? "fail" : "error", thrown);
        }
    }

    private void send(TestIdentifier test, String status, Throwable thrown) {
        Long since = begun.get(test.getUniqueId());
        try {
            report.test(id(test), status, since == null ? 0 : System.nanoTime() - since, thrown);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static String id(TestIdentifier test) {
        Optional<TestSource> source = test.getSource();
        if (!(source.isPresent() && source.get() instanceof MethodSource)) {
            return test.getDisplayName() + "::class";
        }
        MethodSource method = (MethodSource) source.get();
        String unique = test.getUniqueId();
        int at = unique.lastIndexOf("invocation:#");
        String number = at < 0 ? "" : "[" + unique.substring(at + 12, unique.indexOf(']', at)) + "]";
        return method.getClassName() + "::" + method.getMethodName() + number;
    }

    public static void main(String[] names) throws Exception {
        CabRun.Report report = CabRun.Report.open();
        List<DiscoverySelector> selected = new ArrayList<>();
        for (String name : names) {
            selected.add(selectClass(name));
        }
        LauncherConfig config = LauncherConfig.builder()
            .enableTestExecutionListenerAutoRegistration(false)
            .enableLauncherSessionListenerAutoRegistration(false)
            .enablePostDiscoveryFilterAutoRegistration(false)
            .build();
        Launcher launcher = LauncherFactory.create(config);
        launcher.execute(
            LauncherDiscoveryRequestBuilder.request().selectors(selected).build(), new CabJUnit5(report));
        report.end();
        Runtime.getRuntime().halt(0);
    }
}
