import java.util.List;

/** Fetches pages of a slow catalogue server. README.md says how patient it has to be. */
public final class Catalogue {
    /** The server; a busy one throws. */
    public interface Server {
        String fetch(String page) throws Busy;
    }

    /** Waits; tests give one that does not. */
    public interface Sleeper {
        void sleep(long millis);
    }

    /** The server has no time at the moment. */
    public static final class Busy extends Exception {
        private static final long serialVersionUID = 1L;
        public final long retryAfter;

        /** `retryAfter`: the milliseconds the server asks for, 0 when it asks for none. */
        public Busy(long retryAfter) {
            super("busy");
            this.retryAfter = retryAfter;
        }
    }

    private final Server server;
    private final Sleeper sleeper;

    public Catalogue(Server server, Sleeper sleeper) {
        this.server = server;
        this.sleeper = sleeper;
    }

    /** The page's text. */
    public String page(String name) throws Busy {
        return server.fetch(name);
    }

    /** The texts of several pages, in order. */
    public List<String> pages(List<String> names) throws Busy {
        java.util.ArrayList<String> texts = new java.util.ArrayList<>();
        for (String name : names) {
            texts.add(page(name));
        }
        return texts;
    }
}
